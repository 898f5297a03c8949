//! Where schools stand or could stand, and in which sizes.

use std::collections::BTreeMap;

use junheng_core::model::Place as Locality;
use junheng_core::model::{Field, Snapshot, TableId, is_special};
use junheng_core::text::Text;

use super::super::problem::{Offer, Site};
use super::Reader;

impl Reader<'_> {
    /// Sites by id: the rows of `sites`, and the schools that no row names.
    pub(super) fn sites(&mut self, close_protected: bool) -> Vec<Site> {
        let s = self.snapshot;
        let schools: BTreeMap<&str, usize> = (0..s.rows(TableId::Schools))
            .filter_map(|row| Some((s.text(Field::SchoolId, row)?, row)))
            .collect();
        let mut sites: BTreeMap<String, Site> = BTreeMap::new();
        // The site that asks about a school, to find a second one.
        let mut asked: BTreeMap<String, String> = BTreeMap::new();
        for row in 0..s.rows(TableId::Sites) {
            let Some(site_id) = s.text(Field::SiteId, row) else {
                continue;
            };
            if s.text(Field::SiteStage, row) != Some(self.stage.id()) {
                continue;
            }
            let existing = s.text(Field::SiteExisting, row);
            if let Some(school) = existing {
                let other = asked
                    .entry(school.to_owned())
                    .or_insert_with(|| site_id.to_owned());
                if other != site_id {
                    let message = Text::new(
                        format!("校址 {other} 和 {site_id} 都说是现有学校 {school}"),
                        format!("sites {other} and {site_id} both name the school {school}"),
                    );
                    self.at(
                        "layout_school_named_twice",
                        (Field::SiteExisting, row),
                        message,
                        Text::new(
                            "一所现有学校只能对应一个校址；不同规模用 option 区分",
                            "one site per existing school; sizes differ by option",
                        ),
                    );
                    continue;
                }
                if !schools.contains_key(school) {
                    self.at(
                        "layout_unknown_school",
                        (Field::SiteExisting, row),
                        Text::new(
                            format!("校址 {site_id} 的现有学校 {school} 不在学校表中"),
                            format!("the school {school} of site {site_id} is not in schools"),
                        ),
                        Text::new("请改正学校标识码", "correct the school's id"),
                    );
                    continue;
                }
            }
            let Some(offer) = self.offer(row, site_id) else {
                continue;
            };
            let id = existing.unwrap_or(site_id);
            let school = schools.get(id).copied();
            let site = sites.entry(id.to_owned()).or_insert_with(|| Site {
                id: id.to_owned(),
                site_id: Some(site_id.to_owned()),
                name: school
                    .and_then(|row| s.text(Field::SchoolName, row))
                    .unwrap_or(id)
                    .to_owned(),
                exists: existing.is_some(),
                stays: false,
                protected: false,
                places_today: None,
                small_rural: existing.is_some() && school.is_some_and(|row| protected(s, row)),
                offers: Vec::new(),
            });
            site.offers.push(offer);
        }
        for site in sites.values_mut() {
            site.offers.sort_by(|a, b| {
                (a.places.total_cmp(&b.places)).then_with(|| a.option.cmp(&b.option))
            });
            site.protected = site.small_rural && !close_protected;
            site.stays = site.protected;
        }
        self.unasked(&schools, &mut sites);
        if sites.is_empty() && self.findings.is_empty() {
            self.table(
                "layout_no_sites",
                TableId::Sites,
                Text::new(
                    format!("没有{}的备选校址，也没有现有学校", self.stage.title().zh),
                    format!(
                        "there is neither a site nor a school of the {} stage",
                        self.stage.id()
                    ),
                ),
                Text::new(
                    "请填写备选校址表(sites)或学段表(sections)，或换一个 --stage",
                    "fill sites or sections, or choose another --stage",
                ),
            );
        }
        sites.into_values().collect()
    }

    /// One row of `sites` as a size; `None` where it cannot be planned with.
    fn offer(&mut self, row: usize, site_id: &str) -> Option<Offer> {
        let s = self.snapshot;
        let Some(places) = s.number(Field::SitePlaces, row) else {
            self.at(
                "layout_places_blank",
                (Field::SitePlaces, row),
                Text::new(
                    format!("校址 {site_id} 没有填写学位数"),
                    format!("site {site_id} has no number of places"),
                ),
                Text::new("请填写学位数", "fill in the places"),
            );
            return None;
        };
        let Some(yuan) = s.number(Field::SiteCost, row) else {
            self.at(
                "layout_cost_blank",
                (Field::SiteCost, row),
                Text::new(
                    format!("校址 {site_id} 没有填写建设费用"),
                    format!("site {site_id} has no cost of opening"),
                ),
                Text::new(
                    "请填写；不花钱的填 0",
                    "fill it in; write 0 where it costs nothing",
                ),
            );
            return None;
        };
        Some(Offer {
            option: s
                .text(Field::SiteOption, row)
                .unwrap_or_default()
                .to_owned(),
            classes: None,
            places,
            yuan,
            least: s.number(Field::SiteMinStudents, row).unwrap_or(0.0),
            beds: s.number(Field::SiteBoarding, row).unwrap_or(0.0),
        })
    }

    /// Adds the schools of the stage that no site names: they stay as they are, at no cost.
    fn unasked(&mut self, schools: &BTreeMap<&str, usize>, sites: &mut BTreeMap<String, Site>) {
        let s = self.snapshot;
        for row in 0..s.rows(TableId::Sections) {
            let (Some(id), Some(stage)) = (
                s.text(Field::SectionSchool, row),
                s.text(Field::SectionStage, row),
            ) else {
                continue;
            };
            let school = schools.get(id).copied();
            let kind = school.and_then(|row| s.number(Field::SchoolKind, row));
            let special = kind.is_some_and(is_special);
            if stage != self.stage.id() || special {
                continue;
            }
            if let Some(site) = sites.get_mut(id) {
                site.places_today = s.number(Field::Places, row);
                continue;
            }
            let name = school
                .and_then(|row| s.text(Field::SchoolName, row))
                .unwrap_or(id);
            let Some(places) = s.number(Field::Places, row) else {
                self.at(
                    "layout_places_blank",
                    (Field::Places, row),
                    Text::new(
                        format!("{name} 没有填写学位数"),
                        format!("{name} has no number of places"),
                    ),
                    Text::new(
                        "请在学段表填写学位数，或在备选校址表中写明这所学校的方案",
                        "fill in places in sections, or give the school a row in sites",
                    ),
                );
                continue;
            };
            sites.insert(
                id.to_owned(),
                Site {
                    id: id.to_owned(),
                    site_id: None,
                    name: name.to_owned(),
                    exists: true,
                    stays: true,
                    protected: false,
                    places_today: Some(places),
                    small_rural: school.is_some_and(|row| protected(s, row)),
                    offers: vec![Offer {
                        option: String::new(),
                        classes: None,
                        places,
                        yuan: 0.0,
                        least: 0.0,
                        beds: 0.0,
                    }],
                },
            );
        }
    }
}

/// A teaching point, or a school in a rural place: closing it must be allowed in so many words.
fn protected(s: &Snapshot, row: usize) -> bool {
    let code = |field| s.number(field, row).map(|x| x as u16);
    code(Field::SchoolKind) == Some(218)
        || code(Field::Locale).and_then(Locality::of_locale) == Some(Locality::Rural)
}
