//! Variants of the definitions: what describes say when another source than the guides is believed.
//!
//! A variant names fields of objects and what differs. It changes describes only: a live org shows what its
//! administrator could write, not what becomes of it.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use serde::Deserialize;

use super::{Catalog, CatalogError, DefinitionSource};

/// A variant file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantFile<'a> {
    /// Path of the schema, for editors.
    #[serde(rename = "$schema", borrow)]
    _schema: Cow<'a, str>,
    /// Where the differences were seen.
    #[serde(rename = "sources", borrow)]
    _sources: Vec<Cow<'a, str>>,
    /// What differs, by object and field.
    #[serde(borrow)]
    objects: BTreeMap<Cow<'a, str>, BTreeMap<Cow<'a, str>, FieldVariant>>,
}

/// What differs about a field; what is left out stays.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FieldVariant {
    nillable: Option<bool>,
    createable: Option<bool>,
    updateable: Option<bool>,
    hidden: bool,
}

impl Catalog {
    /// Makes describes follow a variant. Objects that the org does not have are passed over.
    ///
    /// # Errors
    ///
    /// When the file is not of the format, or names a field that does not exist.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg_org::catalog::{Catalog, DefinitionSource};
    ///
    /// let json = r#"{"name": "Rocket__c", "label": "Rocket", "keyPrefix": "a00", "custom": true, "calls": ["query"],
    ///   "fields": [{"system": "Id"}, {"name": "Thrust__c", "type": "double", "createable": false}]}"#;
    /// let mut catalog = Catalog::build(&[DefinitionSource { origin: "Rocket__c.json", json }], &[]).unwrap();
    /// let json = r#"{"$schema": "variant.schema.json", "sources": ["an org"],
    ///   "objects": {"Rocket__c": {"Thrust__c": {"createable": true}}}}"#;
    /// catalog.describe_as(&DefinitionSource { origin: "live.json", json }).unwrap();
    /// let thrust = catalog.find_any("Rocket__c").unwrap().field("Thrust__c").unwrap();
    /// assert!(thrust.described().createable && !thrust.createable);
    /// ```
    pub fn describe_as(&mut self, source: &DefinitionSource<'_>) -> Result<(), CatalogError> {
        let file: VariantFile<'_> = serde_json::from_str(source.json)
            .map_err(|error| CatalogError::new(source.origin, error.to_string()))?;
        let sources = Arc::make_mut(&mut self.sources);
        sources.variants.push((source.origin.into(), source.json.into()));
        for (object, fields) in file.objects {
            let Some(def) = self.find_mut(&object) else { continue };
            for (name, variant) in fields {
                let place = def.field(&name).map(|field| field.slot);
                let Some(field) = place.and_then(|slot| def.fields.get_mut(slot.index())) else {
                    let what = format!("{object} has no field {name}");
                    return Err(CatalogError::new(source.origin, what));
                };
                let mut described = field.described();
                described.nillable = variant.nillable.unwrap_or(described.nillable);
                described.createable = variant.createable.unwrap_or(described.createable);
                described.updateable = variant.updateable.unwrap_or(described.updateable);
                described.hidden = variant.hidden;
                field.described = Some(described);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(json: &str) -> String {
        let object =
            r#"{"name":"A","label":"A","keyPrefix":"a00","calls":["query"],"fields":[{"system":"Id"}]}"#;
        let sources = [DefinitionSource { origin: "A.json", json: object }];
        let mut catalog = Catalog::build(&sources, &[]).unwrap();
        let outcome = catalog.describe_as(&DefinitionSource { origin: "v.json", json });
        outcome.err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_variant_of_an_unknown_field_is_refused_and_one_of_an_unknown_object_passed_over() {
        let file =
            |object: &str| format!(r#"{{"$schema":"","sources":[],"objects":{{"{object}":{{"X":{{}}}}}}}}"#);
        assert_eq!(refusal(&file("A")), "v.json: A has no field X");
        assert_eq!(refusal(&file("B")), "");
        assert!(refusal("{}").starts_with("v.json: missing field"));
    }
}
