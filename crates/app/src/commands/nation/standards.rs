//! Which standard judges which county in which year.

use std::collections::BTreeSet;

use junheng_core::date::Date;
use junheng_core::standard::Pack;
use junheng_nation::judge::Standards;

use crate::error::Failure;
use crate::packs::{self, Wanted};

/// The packs of a run, loaded once.
pub(super) struct Shelf {
    bases: Vec<Pack>,
    /// Overlays with the beginning of the county codes they hold for.
    overlays: Vec<(String, Pack)>,
    choices: Vec<(String, String)>,
    /// The packs that were named, by their ids: `standard=cn-2017-6`, `overlay=61=sn`.
    pub(super) named: Vec<String>,
}

impl Shelf {
    pub(super) fn new(wanted: &Wanted, local: bool) -> Result<Self, Failure> {
        let mut overlays = Vec::new();
        if local {
            for id in packs::ids() {
                let pack = packs::pack(id)?;
                overlays.extend(
                    pack.area
                        .clone()
                        .into_iter()
                        .map(|area| (area, pack.clone())),
                );
            }
        }
        let bases = packs::bases(wanted)?;
        let base = bases.first().filter(|_| wanted.standard.is_some());
        let mut named: Vec<String> = base
            .map(|b| format!("standard={}", b.id))
            .into_iter()
            .collect();
        for text in &wanted.overlays {
            let (area, name) = text.split_once('=').unwrap_or(("", text));
            let (area, pack) = (area.trim(), packs::pack(name.trim())?);
            named.push(format!("overlay={area}={}", pack.id));
            overlays.push((area.to_owned(), pack));
        }
        // Wider areas first: what is laid last wins.
        overlays.sort_by_key(|(area, _)| area.len());
        Ok(Self {
            bases,
            overlays,
            choices: wanted.choices.clone(),
            named,
        })
    }

    /// Whether a school year began before any standard to choose from was in force.
    pub(super) fn is_before(&self, year: i16) -> bool {
        self.bases.len() > 1 && Date::september_first(year) < self.first()
    }

    /// When the oldest base came into force.
    fn first(&self) -> Date {
        let days = self.bases.iter().map(|b| b.valid_from);
        days.min().unwrap_or_else(|| Date::september_first(0))
    }

    /// The standards of a school year: those in force on 1 September; for years before any was, the
    /// first version of the oldest.
    pub(super) fn of(&self, year: i16) -> Result<Standards, Failure> {
        let day = Date::september_first(year).max(self.first());
        let resolve = |area: &str| {
            let bare = packs::resolve(&self.bases, &[], Some(day), &self.choices)?;
            let fits = |(wide, pack): &&(String, Pack)| {
                let over = pack.over.is_empty() || pack.over.contains(&bare.id);
                area.starts_with(wide.as_str()) && over && pack.in_force(day)
            };
            let laid: Vec<&Pack> = self.overlays.iter().filter(fits).map(|(_, p)| p).collect();
            packs::resolve(&self.bases, &laid, Some(day), &self.choices)
        };
        let mut standards = Standards {
            all: vec![resolve("")?],
            areas: Vec::new(),
        };
        let areas: BTreeSet<&str> = self
            .overlays
            .iter()
            .map(|(area, _)| area.as_str())
            .collect();
        for area in areas.into_iter().filter(|area| !area.is_empty()) {
            standards.areas.push((area.to_owned(), standards.all.len()));
            standards.all.push(resolve(area)?);
        }
        Ok(standards)
    }
}
