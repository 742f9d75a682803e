//! What users told the model about themselves.

use std::borrow::Cow;

use dosimeter_content::{Expose, Text};
use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

use super::wire;

/// What one member of an organization told the model, for every conversation.
///
/// The documents do not name the fields of the texts, so that every text is taken that is not known
/// to be something else.
#[non_exhaustive]
pub struct UserPreferences {
    /// The user's id.
    pub user_id: String,
    /// The user's address.
    pub email: Option<String>,
    /// The texts, in the order of the answer.
    pub texts: Vec<Text>,
}

impl std::fmt::Debug for UserPreferences {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("UserPreferences")
            .field("user_id", &self.user_id)
            .field("texts", &self.texts.len())
            .finish_non_exhaustive()
    }
}

/// What is known of the shape: where the user may be named.
#[derive(Deserialize)]
struct Named {
    #[serde(default, deserialize_with = "wire::fact")]
    user_id: Option<String>,
    #[serde(default, deserialize_with = "wire::fact")]
    id: Option<String>,
    #[serde(default, deserialize_with = "wire::fact")]
    email: Option<String>,
    #[serde(default, deserialize_with = "wire::fact")]
    email_address: Option<String>,
    #[serde(default, deserialize_with = "wire::fact")]
    user: Option<super::chat::UserRef>,
}

/// Fields that say whose the texts are, and when; what else is text is a user's.
const FACTS: &[&str] = &[
    "id",
    "user_id",
    "email",
    "email_address",
    "user",
    "type",
    "full_name",
    "name",
    "created_at",
    "updated_at",
    "organization_id",
    "organization_uuid",
    "organization_role",
    "account_id",
];

impl<'de> Deserialize<'de> for UserPreferences {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <&'de RawValue>::deserialize(deserializer)?.get();
        let named: Named =
            wire::read(json).ok_or_else(|| de::Error::custom("preferences of another shape"))?;
        let user = named.user.as_ref();
        let address = user.and_then(|user| user.email_address.clone());
        let email = named.email.or(named.email_address).or(address);
        let id = [named.user_id, named.id, user.map(|user| user.id.clone())];
        let id = id.into_iter().flatten().find(|id| !id.is_empty());
        let id = id.or_else(|| user_id(json)).or_else(|| email.clone());
        Ok(Self {
            user_id: id.ok_or_else(|| de::Error::custom("preferences of nobody"))?,
            email,
            texts: texts(json),
        })
    }
}

/// A user's id under another name.
fn user_id(json: &str) -> Option<String> {
    let fields: Fields<'_> = wire::read_borrowed(json)?;
    let mut values = fields.0.into_iter().filter_map(|(_, value)| wire::read(value.get()));
    values.find(|value: &String| value.starts_with("user_") && wire::is_name(value))
}

/// Every field that is no known fact: a string as it is, anything else as JSON.
fn texts(json: &str) -> Vec<Text> {
    let fields: Fields<'_> = wire::read_borrowed(json).unwrap_or_default();
    let is_text = |(name, _): &(&str, &RawValue)| !FACTS.contains(name);
    let fields = fields.0.into_iter().filter(is_text);
    let text = |(_, value): (&str, &RawValue)| match wire::read::<Option<Text>>(value.get()) {
        Some(text) => text,
        None => Some(Text::from(value.get().to_owned())),
    };
    fields.filter_map(text).filter(|text| !text.expose().is_empty()).collect()
}

/// The fields of an object, unread. Names that need unescaping are not known facts of this API.
#[derive(Default)]
struct Fields<'a>(Vec<(&'a str, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor(std::marker::PhantomData))
    }
}

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

struct FieldsVisitor<'a>(std::marker::PhantomData<&'a ()>);

impl<'de: 'a, 'a> de::Visitor<'de> for FieldsVisitor<'a> {
    type Value = Fields<'a>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Fields<'a>, A::Error> {
        let mut fields = Vec::new();
        while let Some(Name(name)) = map.next_key::<Name<'de>>()? {
            let value = map.next_value::<&'de RawValue>()?;
            let name = if let Cow::Borrowed(name) = name { name } else { "" };
            fields.push((name, value));
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, user: &str, expected: &[&str]) {
        let preferences: UserPreferences = serde_json::from_str(json).unwrap();
        assert_eq!(preferences.user_id, user);
        let texts: Vec<&str> = preferences.texts.iter().map(Expose::expose).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn every_text_that_is_no_fact_is_a_users() {
        check(
            r#"{"user_id":"user_1","email":"a@corp.test","conversation_preferences":"be brief",
                "cowork_global_instructions":null,"updated_at":"2026-10-01T00:00:00Z"}"#,
            "user_1",
            &["be brief"],
        );
        check(
            r#"{"user":{"id":"user_2","email_address":null},"later":{"text":"x"},"empty":""}"#,
            "user_2",
            &[r#"{"text":"x"}"#],
        );
    }

    #[test]
    fn preferences_of_nobody_are_refused() {
        assert!(serde_json::from_str::<UserPreferences>(r#"{"text":"x"}"#).is_err());
    }

    #[test]
    fn a_user_is_known_by_any_other_name() {
        check(r#"{"member":"user_3","text":"x"}"#, "user_3", &["user_3", "x"]);
    }
}
