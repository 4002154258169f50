//! Tests of the formula language.

use std::sync::Arc;

use proptest::prelude::*;

use super::{Formula, Purpose, Scene, Type, error::Fault};
use crate::{
    ApiVersion, Org, Record, RecordView, Settings, Timestamp, Value,
    catalog::{Catalog, DefinitionSource, SObjectDef},
    ctx::Ctx,
};

const DEFINITIONS: &[&str] = &[
    r#"{"name":"User","label":"User","keyPrefix":"005","calls":["query"],"fields":[{"system":"Id"},
      {"name":"LastName","type":"string","length":80},{"name":"Name","type":"string","length":80,"nameField":true},{"name":"TimeZoneSidKey","type":"string","length":40},
      {"name":"ProfileId","type":"reference","referenceTo":["Profile"],"relationshipName":"Profile"}]}"#,
    r#"{"name":"Profile","label":"Profile","keyPrefix":"00e","calls":["query"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":80,"nameField":true}]}"#,
    r#"{"name":"Group","label":"Group","keyPrefix":"00G","calls":["query"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":80,"nameField":true}]}"#,
    r#"{"name":"Box__c","label":"Box","keyPrefix":"a01","custom":true,"calls":["query"],"fields":[{"system":"Id"},
      {"name":"Name","type":"string","length":80,"nameField":true},
      {"name":"Amount__c","type":"currency"},{"name":"Blank__c","type":"double","precision":18,"scale":2},
      {"name":"Share__c","type":"percent","precision":5,"scale":2},
      {"name":"Open__c","type":"boolean"},{"name":"Due__c","type":"date"},{"name":"Seen__c","type":"datetime"},
      {"name":"Slot__c","type":"time"},{"name":"Kind__c","type":"picklist","picklistValues":["Wood","Foam"]},
      {"name":"Tags__c","type":"multipicklist","picklistValues":["A","B"]},
      {"name":"Long__c","type":"textarea","length":32000},{"name":"Empty__c","type":"string","length":80},
      {"name":"OwnerId","type":"reference","referenceTo":["Group","User"],"relationshipName":"Owner"},
      {"name":"Parent__c","type":"reference","referenceTo":["Box__c"],"relationshipName":"Parent__r"}]}"#,
];

struct World {
    org: Org,
    ctx: Ctx,
    record: Record,
    before: Record,
}

fn world() -> World {
    let sources: Vec<_> = DEFINITIONS.iter().map(|json| DefinitionSource { origin: "test", json }).collect();
    let catalog = Arc::new(Catalog::build(&sources, &[]).unwrap());
    let mut org = Org::new(Arc::clone(&catalog), Settings::default());
    let ctx = Ctx {
        now: Timestamp::parse("2024-05-15T02:30:00Z").unwrap(),
        version: ApiVersion::NEWEST,
        user: org.organization,
        session: 0,
        access: Arc::default(),
    };
    let mut add = |object: &str, values: Vec<(&str, Value)>| org.system_create(&ctx, object, values).unwrap();
    let profile = add("Profile", vec![("Name", "Admin".into())]);
    let user = add(
        "User",
        vec![
            ("LastName", "Ada".into()),
            ("ProfileId", profile.into()),
            ("TimeZoneSidKey", "America/Los_Angeles".into()),
        ],
    );
    let parent = add(
        "Box__c",
        vec![("Name", "Crate".into()), ("Amount__c", decimal("7.5")), ("OwnerId", user.into())],
    );
    let id = add(
        "Box__c",
        vec![
            ("Name", "Box".into()),
            ("Amount__c", decimal("100")),
            ("Share__c", decimal("12.5")),
            ("Open__c", true.into()),
            ("Due__c", crate::parse_date("2024-01-31").into()),
            ("Seen__c", Timestamp::parse("2024-05-15T02:30:00Z").into()),
            ("Slot__c", Value::Time(34_215_250)),
            ("Kind__c", "Wood".into()),
            ("Tags__c", "A;B".into()),
            ("OwnerId", user.into()),
            ("Parent__c", parent.into()),
        ],
    );
    let record = org.store.get(id).unwrap().to_record();
    let mut before = record.clone();
    before.set_opt(catalog.find_any("Box__c").unwrap().slot("Amount__c"), decimal("40"));
    World { org, ctx: Ctx { user, ..ctx }, record, before }
}

fn decimal(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

impl World {
    fn object(&self) -> &SObjectDef {
        self.org.catalog.find_any("Box__c").unwrap()
    }

    fn compile(&self, source: &str, wanted: Type) -> Result<Formula, String> {
        let catalog = &self.org.catalog;
        Formula::compile(catalog, self.object(), source, wanted, Purpose::Condition, false)
            .map_err(|error| error.to_string())
    }

    fn run(&self, formula: &Formula) -> Result<Value, Fault> {
        formula.value(&Scene {
            org: &self.org,
            ctx: &self.ctx,
            record: Some(RecordView::of(self.object(), &self.record)),
            before: Some(RecordView::of(self.object(), &self.before)),
        })
    }

    fn value(&self, source: &str) -> Result<Value, Fault> {
        const TYPES: [Type; 6] =
            [Type::Text, Type::Number, Type::Boolean, Type::Date, Type::DateTime, Type::Time];
        let formula = TYPES.iter().find_map(|wanted| self.compile(source, *wanted).ok());
        let formula = formula.unwrap_or_else(|| panic!("{source}: {:?}", self.compile(source, Type::Text)));
        self.run(&formula)
    }

    fn text(&self, source: &str) -> String {
        self.value(source).unwrap().as_text().unwrap_or_default().to_owned()
    }

    fn number(&self, source: &str) -> String {
        let value = self.value(source).unwrap();
        value.as_number().map_or_else(|| format!("{value:?}"), |number| number.normalize().to_string())
    }

    fn holds(&self, source: &str) -> bool {
        match self.value(source).unwrap() {
            Value::Bool(value) => value,
            other => panic!("{source}: {other:?}"),
        }
    }

    fn refused(&self, source: &str) -> String {
        self.compile(source, Type::Boolean).unwrap_err()
    }
}

#[test]
fn numbers_follow_the_ranks_of_operators_and_are_exact() {
    let world = world();
    for (source, expected) in [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("2 ^ 3 ^ 2", "64"),
        ("-2 ^ 2", "-4"),
        ("10 / 4 - 1", "1.5"),
        ("0.1 + 0.2", "0.3"),
        ("Amount__c * Share__c", "12.5"),
        ("ROUND(2.5, 0) + ROUND(-2.5, 0)", "0"),
        ("ROUND(1234.567, -2)", "1200"),
        ("CEILING(-2.1)", "-3"),
        ("MCEILING(-2.1)", "-2"),
        ("FLOOR(-2.9)", "-2"),
        ("MOD(7, 3)", "1"),
        ("MAX(1, 5, 3) - MIN(4, 2)", "3"),
        ("SQRT(16) + ABS(-1) + EXP(0) + LN(1) + LOG(1000)", "9"),
        ("LEN(\"four\") + VALUE(\" 1.50 \")", "5.5"),
        ("FIND(\"c\", \"abcabc\", 4)", "6"),
        ("FIND(\"z\", \"abc\")", "0"),
        ("PRIORVALUE(Amount__c)", "40"),
        ("Parent__r.Amount__c", "7.5"),
        ("CASE(Kind__c, \"Foam\", 1, \"Wood\", 2, 3)", "2"),
        ("IF(Open__c, 1, 1 / 0)", "1"),
        ("/* a comment */ 4", "4"),
    ] {
        assert_eq!(world.number(source), expected, "{source}");
    }
}

#[test]
fn texts_are_cut_joined_and_searched_by_characters() {
    let world = world();
    for (source, expected) in [
        ("\"a\" & 'b' + \"c\"", "abc"),
        ("LEFT(\"äöü\", 2) & RIGHT(\"abc\", 1) & MID(\"abcdef\", 2, 3)", "äöcbcd"),
        ("UPPER(\"ab\") & LOWER(\"CD\") & TRIM(\"  e \")", "ABcde"),
        ("SUBSTITUTE(\"a-b-c\", \"-\", \"+\")", "a+b+c"),
        ("LPAD(\"7\", 3, \"0\") & RPAD(\"x\", 3) & \"|\"", "007x  |"),
        ("TEXT(Kind__c) & TEXT(1.50) & TEXT(Due__c)", "Wood1.52024-01-31"),
        ("TEXT(Seen__c) & \" \" & TEXT(Slot__c)", "2024-05-15 02:30:00Z 09:30:15.250"),
        ("Owner:User.Profile.Name & $User.Name & $Profile.Name", "AdminAdaAdmin"),
        ("BLANKVALUE(Empty__c, \"none\")", "none"),
        ("Empty__c & Name", "Box"),
        ("HYPERLINK(\"/x\", \"X\")", "<a href=\"/x\" target=\"_blank\">X</a>"),
        ("\"say \\\"hi\\\"\"", "say \"hi\""),
    ] {
        assert_eq!(world.text(source), expected, "{source}");
    }
}

#[test]
fn conditions_treat_blank_values_as_the_platform_does() {
    let world = world();
    for holds in [
        "ISBLANK(Blank__c) && ISNULL(Blank__c) && ISBLANK(Empty__c)",
        "NOT(ISNULL(Empty__c))",
        "Empty__c = \"\"",
        "NOT(Blank__c < 5) && NOT(Blank__c >= 5)",
        "Blank__c = NULL",
        "ISBLANK(Blank__c + 1)",
        "ISPICKVAL(Kind__c, \"Wood\") && NOT(ISPICKVAL(Kind__c, \"wood\"))",
        "INCLUDES(Tags__c, \"B\") && NOT(INCLUDES(Tags__c, \"C\"))",
        "ISCHANGED(Amount__c) && NOT(ISCHANGED(Name)) && NOT(ISNEW())",
        "CONTAINS(\"abc\", \"b\") && BEGINS(\"abc\", \"ab\") && \"a\" < \"b\"",
        "Id = CASESAFEID(Id) && LEN(Id) = 15",
        "OR(FALSE, 1 <> 1, 2 != 3)",
        "$User.Id == OwnerId",
    ] {
        assert!(world.holds(holds), "{holds}");
    }
}

#[test]
fn dates_move_by_days_months_and_the_users_zone() {
    let world = world();
    for holds in [
        "TODAY() = DATE(2024, 5, 14)",
        "DATEVALUE(Seen__c) = DATE(2024, 5, 14)",
        "DATEVALUE(\"2024-05-15\") - DATE(2024, 5, 14) = 1",
        "ADDMONTHS(Due__c, 1) = DATE(2024, 2, 29)",
        "Due__c + 1 = DATE(2024, 2, 1)",
        "NOW() - Seen__c = 0",
        "Seen__c + 0.5 = DATETIMEVALUE(\"2024-05-15 14:30:00\")",
        "YEAR(Due__c) = 2024 && MONTH(Due__c) = 1 && DAY(Due__c) = 31 && WEEKDAY(Due__c) = 4",
        "HOUR(Slot__c) = 9 && MINUTE(Slot__c) = 30 && SECOND(Slot__c) = 15 && MILLISECOND(Slot__c) = 250",
    ] {
        assert!(world.holds(holds), "{holds}");
    }
}

#[test]
fn what_has_no_value_is_a_fault_and_not_a_panic() {
    let world = world();
    assert_eq!(world.value("1 / (Amount__c - 100)"), Err(Fault::DivisionByZero));
    assert_eq!(world.value("MOD(1, 0)"), Err(Fault::DivisionByZero));
    assert_eq!(world.value("DATE(2024, 13, 1)"), Err(Fault::Argument));
    assert_eq!(world.value("SQRT(-1)"), Err(Fault::Argument));
    assert_eq!(world.value("99999999999 ^ 99"), Err(Fault::OutOfRange));
    assert_eq!(world.value("DATE(9999, 12, 31) + 1"), Err(Fault::OutOfRange));
}

#[test]
fn what_a_formula_gets_wrong_is_named() {
    let world = world();
    for (source, expected) in [
        ("1 +", "Error: Syntax error. Formula ends too early"),
        ("(1", "Error: Syntax error. Missing ')'"),
        ("1 2", "Error: Syntax error. Extra '2'"),
        ("TRUE ~", "Error: Syntax error. Found '~'"),
        ("Nope__c = 1", "Error: Field Nope__c does not exist. Check spelling."),
        ("Parent__r.Nope__c = 1", "Error: Field Parent__r.Nope__c does not exist. Check spelling."),
        ("FOO(1)", "Error: Unknown function FOO. Check spelling."),
        ("VLOOKUP(1)", "mockorg does not model the function VLOOKUP in formulas"),
        ("$Setup.X = 1", "mockorg does not model the global variable $Setup in formulas"),
        ("IF(TRUE, 1)", "Error: Incorrect number of parameters for function 'IF()'. Expected 3, received 2"),
        (
            "LEN(1) = 1",
            "Error: Incorrect parameter type for function 'LEN()'. Expected Text, received Number",
        ),
        (
            "Kind__c = \"Wood\"",
            "Error: Field Kind__c is a picklist field. Picklist fields are only supported in certain functions.",
        ),
        ("1", "Error: Formula result is data type (Number), incompatible with expected data type (Boolean)."),
        ("Long__c = \"\"", "Error: You cannot reference the field Long__c in a formula"),
    ] {
        assert_eq!(world.refused(source), expected, "{source}");
    }
    let long = "1+".repeat(2000) + "1";
    assert!(world.refused(&long).contains("Maximum length is 3,900 characters"));
    assert!(world.refused(&"(".repeat(1000)).contains("too complex"));
    assert!(world.refused(&("1+".repeat(1900) + "1")).contains("too complex"));
}

#[test]
fn what_belongs_to_saving_is_refused_elsewhere() {
    let world = world();
    for source in ["ISNEW()", "ISCHANGED(Name)", "PRIORVALUE(Open__c)"] {
        let compiled = Formula::compile(
            &world.org.catalog,
            world.object(),
            source,
            Type::Boolean,
            Purpose::Field,
            false,
        );
        assert!(compiled.unwrap_err().to_string().contains("may not be used in this type of formula"));
    }
    let compiled =
        Formula::compile(&world.org.catalog, world.object(), "Name", Type::Text, Purpose::Default, false);
    assert!(compiled.is_err());
}

/// Texts that often are formulas.
fn source() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("1".to_owned()),
        Just("0".to_owned()),
        Just("99999999999999999".to_owned()),
        Just("\"2024-02-30\"".to_owned()),
        Just("\"é\"".to_owned()),
        Just("NULL".to_owned()),
        Just("TRUE".to_owned()),
        Just("Amount__c".to_owned()),
        Just("Blank__c".to_owned()),
        Just("Due__c".to_owned()),
        Just("Seen__c".to_owned()),
        Just("Slot__c".to_owned()),
        Just("Kind__c".to_owned()),
        Just("Name".to_owned()),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let names = super::functions::SIGNATURES.iter().map(|own| own.name);
        let names: Vec<&str> = names
            .chain([
                "IF",
                "CASE",
                "BLANKVALUE",
                "NULLVALUE",
                "ISPICKVAL",
                "ADDMONTHS",
                "PRIORVALUE",
                "ISCHANGED",
            ])
            .collect();
        let signs = vec!["+", "-", "*", "/", "^", "&", "=", "<", ">=", "&&", "||"];
        prop_oneof![
            (prop::sample::select(names), prop::collection::vec(inner.clone(), 0..4))
                .prop_map(|(name, arguments)| format!("{name}({})", arguments.join(", "))),
            (inner.clone(), prop::sample::select(signs), inner)
                .prop_map(|(left, sign, right)| format!("({left} {sign} {right})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn no_text_makes_the_compiler_panic(text in any::<String>(), formula in source(), cut in 0_usize..40) {
        let world = world();
        let _ = world.compile(&text, Type::Boolean);
        let cut: String = formula.chars().take(cut).collect();
        let _ = world.compile(&cut, Type::Number);
    }

    #[test]
    fn every_formula_that_compiles_has_a_value_of_its_type_or_a_fault(formula in source()) {
        let world = world();
        for wanted in [Type::Text, Type::Number, Type::Boolean, Type::Date, Type::DateTime, Type::Time] {
            let Ok(compiled) = world.compile(&formula, wanted) else { continue };
            if let Ok(value) = world.run(&compiled) {
                let fits = match value {
                    Value::Null => true,
                    Value::Text(_) => wanted == Type::Text,
                    Value::Number(_) => wanted == Type::Number,
                    Value::Bool(_) => wanted == Type::Boolean,
                    Value::Date(_) => wanted == Type::Date,
                    Value::DateTime(_) => wanted == Type::DateTime,
                    Value::Time(_) => wanted == Type::Time,
                    Value::Int(_) | Value::Id(_) | Value::Blob(_) | Value::Nested(_) => false,
                };
                prop_assert!(fits || formula == "NULL", "{formula} gives {value:?} as {wanted}");
            }
        }
    }
}
