//! What a user wants otherwise: rules changed or switched off, values excluded for a while.

use dosimeter_record::RuleId;

use crate::{
    Error, RuleSet,
    rule::{
        check::Checker,
        data::AllowedValue,
        syntax::{AllowSyntax, OverrideSyntax},
    },
    significant::Significant,
};

impl RuleSet {
    /// Puts the exclusions in force whose last day is not before `today`, written `2027-01-31`.
    ///
    /// The crate has no clock: exclusions with a last day hold only after this call. Returns how many
    /// have expired, so that somebody can look at them again.
    pub fn exclude_on(&mut self, today: &str) -> usize {
        let (held, expired): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.until).into_iter().partition(|(last, _)| &**last >= today);
        for (_, value) in held {
            self.allowed.insert(value);
        }
        expired.len()
    }

    /// Keeps one rule over text, as if it were alone; for measuring.
    pub fn retain(&mut self, only: &RuleId) {
        self.rules.retain(|rule| rule.id == *only);
        self.combinations.clear();
        self.tables.clear();
    }

    pub(super) fn exclude(
        &mut self,
        written: AllowSyntax,
        checker: &Checker<'_>,
    ) -> Result<(), Error> {
        let last = written.expires.clone();
        if last.as_deref().is_some_and(|day| !is_day(day)) {
            let problem = "`expires` must be a day, written like 2027-01-31";
            return Err(checker.problem(&written.kind, problem));
        }
        if written.reason.trim().is_empty() {
            return Err(checker.problem(&written.kind, "an exclusion needs a `reason`"));
        }
        for mut value in AllowedValue::all(written) {
            let significant = Significant::of(&value.value).as_str().to_owned();
            value.value = significant.into();
            match &last {
                Some(last) => self.until.push((last.clone(), value)),
                None => self.allowed.insert(value),
            }
        }
        Ok(())
    }

    pub(super) fn change(
        &mut self,
        wanted: OverrideSyntax,
        checker: &Checker<'_>,
    ) -> Result<(), Error> {
        if wanted.reason.trim().is_empty() {
            return Err(checker.invalid(&wanted.rule, "an override needs a `reason`"));
        }
        if !self.knows(&wanted.rule) {
            return Err(
                checker.invalid(&wanted.rule, "no rule has this id, so nothing to override")
            );
        }
        if wanted.disabled {
            self.disable(&std::iter::once(wanted.rule).collect());
            return Ok(());
        }
        let (severity, confidence) = (wanted.severity, wanted.confidence);
        for rule in self.rules.iter_mut().filter(|rule| rule.id == wanted.rule) {
            rule.severity = severity.unwrap_or(rule.severity);
            rule.confidence = confidence.unwrap_or(rule.confidence);
            rule.strength = wanted.strength.map_or(rule.strength, Into::into);
        }
        for rule in self.combinations.iter_mut().filter(|rule| rule.id == wanted.rule) {
            rule.severity = severity.unwrap_or(rule.severity);
            rule.confidence = confidence.unwrap_or(rule.confidence);
        }
        for rule in self.tables.iter_mut().filter(|rule| rule.id == wanted.rule) {
            rule.severity = severity.unwrap_or(rule.severity);
            rule.confidence = confidence.unwrap_or(rule.confidence);
        }
        Ok(())
    }

    fn knows(&self, id: &RuleId) -> bool {
        self.ids().any(|known| known == id)
    }
}

fn is_day(text: &str) -> bool {
    let shape = |(place, byte): (usize, u8)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 10 && text.bytes().enumerate().all(shape)
}

#[cfg(test)]
mod tests {
    use dosimeter_record::{Confidence, FingerprintKey};

    use super::*;
    use crate::Classifier;

    const RULE: &str = r#"
[[rule]]
id         = "secrets.acme.badge"
title      = "Acme badge code"
label      = "secrets"
severity   = "high"
confidence = "high"
kind       = "acme-badge"
pattern    = '(badge-[0-9]{8})'
positive   = [{ text = "badge-51729943" }]
negative   = [{ text = "badge-" }]
"#;

    fn check(extra: &str, today: &str, text: &str, expected: Option<Confidence>) {
        let mut rules = RuleSet::default();
        rules.add_toml("rule.toml", RULE).unwrap();
        rules.add_toml("extra.toml", extra).unwrap();
        rules.exclude_on(today);
        let key = FingerprintKey::from_bytes([0; 32]);
        let classifier = Classifier::builder()
            .rules(rules)
            .key(key)
            .min_confidence(Confidence::Low)
            .build()
            .unwrap();
        let mut scratch = classifier.scratch();
        let found: Vec<_> = classifier.scan(&mut scratch, text).into_iter().collect();
        assert_eq!(found.first().map(dosimeter_record::Finding::confidence), expected, "{extra}");
    }

    #[test]
    fn rules_are_changed_and_switched_off() {
        let text = "open with badge-51729943";
        check("", "2026-01-01", text, Some(Confidence::High));
        let milder = r#"override = [{ rule = "secrets.acme.badge", reason = "old", confidence = "medium" }]"#;
        check(milder, "2026-01-01", text, Some(Confidence::Medium));
        let off =
            r#"override = [{ rule = "secrets.acme.badge", reason = "gone", disabled = true }]"#;
        check(off, "2026-01-01", text, None);
    }

    #[test]
    fn exclusions_hold_until_their_last_day() {
        let text = "open with badge-51729943";
        let excluded = r#"allow = [{ kind = "acme-badge", reason = "demo", values = ["badge-51729943"], expires = "2026-03-31" }]"#;
        check(excluded, "2026-03-31", text, Some(Confidence::Low));
        check(excluded, "2026-04-01", text, Some(Confidence::High));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for wrong in [
            r#"override = [{ rule = "secrets.acme.other", reason = "x", disabled = true }]"#,
            r#"override = [{ rule = "secrets.acme.badge", reason = " ", disabled = true }]"#,
            r#"allow = [{ kind = "a", reason = "x", values = ["1"], expires = "soon" }]"#,
            r#"allow = [{ kind = "a", reason = "", values = ["1"] }]"#,
        ] {
            let mut rules = RuleSet::default();
            rules.add_toml("rule.toml", RULE).unwrap();
            assert!(rules.add_toml("extra.toml", wrong).is_err(), "{wrong}");
        }
    }
}
