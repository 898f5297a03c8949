//! Schools' forms against the audit: their steps with reasons, states, values and corrections.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::text::Text;
use sha2::{Digest, Sha256};
use sqlx::{FromRow, Row};

use super::super::audit::hex;
use super::super::{Result, StepTaken, Store};
use super::{Pairs, Told};

/// The steps of a form with the states that they lead to; but for the last two nobody writes in it afterwards
/// but by a step.
const STEPS: [(&str, &str); 6] = [
    ("submit", "submitted"),
    ("pass", "reviewed"),
    ("accept", "accepted"),
    (CORRECT, "accepted"),
    (RETURN, "returned"),
    (RECALL, "draft"),
];
const CORRECT: &str = "correct";
const RETURN: &str = "return";
const RECALL: &str = "recall";

impl Told {
    /// Which steps each form took, with the hashes of their values, in the order of the alphabet.
    fn steps(&self) -> BTreeMap<&str, Pairs> {
        let mut all: BTreeMap<&str, Pairs> = BTreeMap::new();
        for (step, _) in STEPS {
            let lines = self.hashes.get(&format!("filing.{step}"));
            for (form, hashes) in lines.into_iter().flatten() {
                let own = all.entry(form).or_default();
                own.extend(hashes.iter().map(|hash| (step.to_owned(), hash.clone())));
            }
        }
        all.values_mut().for_each(|own| own.sort());
        all
    }
}

impl Store {
    /// Forms whose corrections are not what their values were before and after.
    pub(super) async fn altered_corrections(&self) -> Result<Vec<Text>> {
        let rows = sqlx::query(
            "SELECT filing_id, CAST(seq AS TEXT), key, old_value, new_value FROM filing_correction",
        )
        .fetch_all(&self.pool)
        .await?;
        let mut kept: BTreeSet<[String; 5]> = BTreeSet::new();
        for row in &rows {
            let texts: Vec<String> = (0..5).map(|n| row.try_get(n)).collect::<Result<_>>()?;
            kept.extend(<[String; 5]>::try_from(texts).ok());
        }
        let rows = sqlx::query(
            "SELECT s.filing_id, CAST(s.seq AS TEXT), p.sha256, s.sha256 FROM filing_step s \
             JOIN filing_step p ON p.filing_id = s.filing_id AND p.seq = s.seq - 1 WHERE s.step = $1",
        )
        .bind(CORRECT)
        .fetch_all(&self.pool)
        .await?;
        let mut made = BTreeSet::new();
        for row in &rows {
            let (form, seq): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let before = self.values_of(row.try_get(2)?).await?;
            for (key, new) in self.values_of(row.try_get(3)?).await? {
                let old = before.get(&key).cloned().unwrap_or_default();
                if old != new {
                    made.insert([form.clone(), seq.clone(), key, old, new]);
                }
            }
        }
        let forms: BTreeSet<&String> = kept.symmetric_difference(&made).map(|c| &c[0]).collect();
        let told = forms.into_iter().map(|form| {
            Text::new(
                format!("填报表 {form} 的更正与更正前后的数值不符：被改动"),
                format!("the corrections of form {form} are not what its values were before and after: altered"),
            )
        });
        Ok(told.collect())
    }

    /// The values of a form that a step kept under their hash; none where they are gone, which is told of
    /// originals.
    async fn values_of(&self, sha256: &str) -> Result<BTreeMap<String, String>> {
        let text = self.original(sha256).await?.unwrap_or_default();
        Ok(serde_json::from_slice(&text).unwrap_or_default())
    }

    /// Forms whose steps are not those of the audit, or whose state or values are not those of their last
    /// step.
    pub(super) async fn altered_forms(&self, told: &Told) -> Result<Vec<Text>> {
        let known = told.steps();
        let rows = sqlx::query(
            "SELECT filing_id, seq, step, reason, name, at, sha256 FROM filing_step ORDER BY filing_id, seq",
        )
        .fetch_all(&self.pool)
        .await?;
        let mut steps: BTreeMap<String, Pairs> = BTreeMap::new();
        let mut last: BTreeMap<String, StepTaken> = BTreeMap::new();
        for row in &rows {
            let (form, taken): (String, _) = (row.try_get(0)?, StepTaken::from_row(row)?);
            let own = (taken.step.clone(), taken.hash());
            // A line from before reasons were held has the hash of the values alone.
            let held = known.get(form.as_str()).is_some_and(|k| k.contains(&own));
            let own = if held {
                own
            } else {
                (own.0, taken.sha256.clone())
            };
            steps.entry(form.clone()).or_default().push(own);
            last.insert(form, taken);
        }
        let rows = sqlx::query("SELECT filing_id, key, value FROM filing_value")
            .fetch_all(&self.pool)
            .await?;
        let mut values: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for row in &rows {
            let own = values.entry(row.try_get(0)?).or_default();
            own.insert(row.try_get(1)?, row.try_get(2)?);
        }
        let states = self.pairs("SELECT id, state FROM filing").await?;
        let states: BTreeMap<&str, &str> = states
            .iter()
            .map(|(id, state)| (id.as_str(), state.as_str()))
            .collect();
        let mut wrong = Vec::new();
        let forms: BTreeSet<&str> = last
            .keys()
            .map(String::as_str)
            .chain(known.keys().copied())
            .chain(states.keys().copied())
            .collect();
        for form in forms {
            let last = last.get(form);
            let leads = STEPS
                .iter()
                .find(|(step, _)| last.is_some_and(|l| l.step == *step));
            let state = leads.map_or("draft", |(_, state)| state);
            if states.get(form).is_some_and(|own| *own != state) {
                wrong.push(Text::new(
                    format!("填报表 {form} 的状态不是最后一步留下的：被改动"),
                    format!("the state of form {form} is not that of its last step: altered"),
                ));
            }
            let mut taken = steps.remove(form).unwrap_or_default();
            taken.sort();
            if known.get(form).cloned().unwrap_or_default() != taken {
                wrong.push(Text::new(
                    format!("填报表 {form} 的步骤与审计记录不符：被改动、增加或删除"),
                    format!("the steps of form {form} are not those of the audit: altered, added or removed"),
                ));
                continue;
            }
            let own = values.remove(form).unwrap_or_default();
            let text = serde_json::to_string(&own).unwrap_or_default();
            if let Some(StepTaken { step, sha256, .. }) = last
                && ![RETURN, RECALL].contains(&step.as_str())
                && hex(&Sha256::digest(text)) != *sha256
            {
                wrong.push(Text::new(
                    format!("填报表 {form} 的数值与最后一步({step})留下的不符：锁定后被改动"),
                    format!("the values of form {form} are not those of its last step ({step}): altered since"),
                ));
            }
        }
        Ok(wrong)
    }
}
