//! A user's own profile, as Chatter shows it.

use mockorg_org::{ApiError, Call, Cell, ErrorCode, RecordId, RecordKey, Reply, Row, Value};

use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
    json::JsonWriter,
    rest::unexpected,
};

/// The fields that a profile is made of.
const FIELDS: &[&str] = &[
    "AboutMe",
    "City",
    "CommunityNickname",
    "CompanyName",
    "Country",
    "Email",
    "FirstName",
    "IsActive",
    "LastName",
    "ManagerId",
    "MobilePhone",
    "Name",
    "Phone",
    "PostalCode",
    "State",
    "Street",
    "Title",
    "Username",
    "UserType",
];

/// `GET /chatter/users/me`.
pub(crate) fn chatter_me(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let Reply::User(user) = exchange.call(Call::WhoAmI)? else { return Err(unexpected()) };
    profile(exchange, &user.user_id.to_string())
}

/// `GET /chatter/users/<id>`.
pub(crate) fn chatter_user(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    profile(exchange, &exchange.param("id"))
}

fn profile(exchange: &Exchange<'_>, id: &str) -> Result<Answer, Failure> {
    exchange.authorize()?;
    let catalog = exchange.catalog();
    let user = catalog.find("User", exchange.version).ok_or_else(ApiError::not_found)?;
    let fields = FIELDS.iter().filter(|name| user.field_in(name, exchange.version).is_some());
    let call = Call::Retrieve {
        object: "User".into(),
        key: RecordKey::Id(id.into()),
        fields: Some(fields.map(|name| (*name).into()).collect()),
    };
    let row = match exchange.call(call) {
        Ok(Reply::Row(row)) => row,
        Ok(_) => return Err(unexpected()),
        Err(error) if error.code == ErrorCode::NotFound || error.code == ErrorCode::MalformedId => {
            return Err(ApiError::not_found().into());
        }
        Err(error) => return Err(error.into()),
    };
    let Some(id) = row.id else { return Err(unexpected()) };
    let mut w = exchange.writer();
    write(exchange, &mut w, &row, id);
    Ok(Answer::json(200, w.finish()))
}

fn write(exchange: &Exchange<'_>, w: &mut JsonWriter, row: &Row, id: RecordId) {
    let text = |name: &str| cell(row, name).and_then(Value::as_text);
    let base_url = exchange.base_url();
    w.begin_object().key("aboutMe").optional(text("AboutMe")).key("additionalLabel").null();
    w.key("address")
        .begin_object()
        .key("city")
        .optional(text("City"))
        .key("country")
        .optional(text("Country"));
    w.key("formattedAddress").optional(formatted(row).as_deref());
    w.key("state").optional(text("State")).key("street").optional(text("Street"));
    w.key("zip").optional(text("PostalCode")).end_object();
    w.key("bannerPhoto").begin_object();
    for (name, size) in [("bannerPhotoUrl", "B"), ("bannerPhotoVersionUrl", "V")] {
        w.key(name).string(&format!("{base_url}/profilephoto/005/{size}"));
    }
    w.key("url");
    encode::write_address(
        w,
        exchange.version,
        &["/chatter/user-profiles/", &id.to_string(), "/banner-photo"],
    );
    w.end_object();
    w.key("chatterActivity").begin_object();
    for name in ["commentCount", "commentReceivedCount", "likeReceivedCount", "postCount"] {
        w.key(name).int(0_u32);
    }
    w.end_object().key("chatterInfluence").begin_object().key("percentile").string("0.0");
    w.key("rank").int(1_u32).end_object();
    w.key("communityNickname").optional(text("CommunityNickname"));
    w.key("companyName").optional(text("CompanyName")).key("displayName").optional(text("Name"));
    w.key("email").optional(text("Email")).key("firstName").optional(text("FirstName"));
    w.key("followersCount").int(0_u32).key("followingCounts").begin_object();
    for name in ["people", "records", "total"] {
        w.key(name).int(0_u32);
    }
    w.end_object().key("groupCount").int(0_u32).key("hasChatter").bool(true).key("id");
    encode::write_id(w, id);
    w.key("isActive").bool(cell(row, "IsActive").is_some_and(Value::is_true));
    w.key("isInThisCommunity").bool(true).key("lastName").optional(text("LastName"));
    w.key("managerId");
    match cell(row, "ManagerId").and_then(Value::as_id) {
        Some(manager) => encode::write_id(w, manager),
        None => w.null(),
    };
    w.key("managerName").null().key("motif").begin_object().key("color").string("65CAE4");
    for (name, size) in [("largeIconUrl", 64), ("mediumIconUrl", 32), ("smallIconUrl", 16)] {
        w.key(name).string(&format!("/img/icon/profile{size}.png"));
    }
    w.key("svgIconUrl").null().end_object().key("mySubscription").null();
    w.key("name")
        .optional(text("Name"))
        .key("outOfOffice")
        .begin_object()
        .key("message")
        .string("")
        .end_object();
    w.key("phoneNumbers").begin_array();
    for (kind, field) in [("Work", "Phone"), ("Mobile", "MobilePhone")] {
        if let Some(number) = text(field) {
            w.begin_object().key("label").string(kind).key("phoneNumber").string(number);
            w.key("phoneType").string(kind).end_object();
        }
    }
    w.end_array().key("photo").begin_object();
    for (name, size) in [
        ("fullEmailPhotoUrl", "F"),
        ("largePhotoUrl", "F"),
        ("smallPhotoUrl", "T"),
        ("standardEmailPhotoUrl", "T"),
    ] {
        w.key(name).string(&format!("{base_url}/profilephoto/005/{size}"));
    }
    w.key("photoVersionId").null().key("url");
    encode::write_address(w, exchange.version, &["/chatter/users/", &id.to_string(), "/photo"]);
    w.end_object().key("reputation").null().key("stamps").begin_array().end_array();
    w.key("thanksReceived").null().key("title").optional(text("Title")).key("type").string("User").key("url");
    encode::write_address(w, exchange.version, &["/chatter/users/", &id.to_string()]);
    w.key("userType").string(match text("UserType") {
        None | Some("Standard") => "Internal",
        Some(other) => other,
    });
    w.key("username").optional(text("Username")).end_object();
}

fn cell<'r>(row: &'r Row, name: &str) -> Option<&'r Value> {
    let place = row.columns.iter().position(|column| column.eq_ignore_ascii_case(name))?;
    match row.cells.get(place)? {
        Cell::Value(value) => Some(value),
        _ => None,
    }
}

/// The lines of an address.
fn formatted(row: &Row) -> Option<String> {
    let text = |name: &str| cell(row, name).and_then(Value::as_text);
    let city: Vec<&str> = ["City", "State", "PostalCode"].into_iter().filter_map(text).collect();
    let lines: Vec<String> = text("Street")
        .map(str::to_owned)
        .into_iter()
        .chain((!city.is_empty()).then(|| city.join(" ")))
        .chain(text("Country").map(str::to_owned))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
