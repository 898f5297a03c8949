//! A layout problem from a snapshot.

use std::collections::BTreeMap;

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::model::{Cell, Field, Snapshot, Stage, TableId, column_letters};
use junheng_core::model::{Place as Locality, kind_title};
use junheng_core::text::Text;

use super::problem::{Block, Measure, Offer, Problem, Rules, Site, Situation};

/// A problem and what was noted on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The problem.
    pub problem: Problem,
    /// Notes: what was left out or taken for granted.
    pub notes: Vec<Finding>,
}

/// What a snapshot is read for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The stage.
    pub stage: Stage,
    /// What the plan must keep.
    pub rules: Rules,
    /// Teaching points and rural schools may be closed.
    pub close_protected: bool,
    /// Children per block for each situation; empty for those of today.
    pub situations: Vec<Situation>,
}

/// Reads a layout problem, or says all that stands in the way.
///
/// # Errors
/// Findings of severity `error`: no sites and no schools, blanks that a plan cannot do without,
/// references that lead nowhere.
pub fn read(snapshot: &Snapshot, asked: Asked) -> Result<Reading, Vec<Finding>> {
    let mut reader = Reader {
        snapshot,
        stage: asked.stage,
        findings: Vec::new(),
    };
    let (blocks, today) = reader.blocks();
    let sites = reader.sites(asked.close_protected);
    let (travel, measure) = reader.travel(&blocks, &sites);
    if asked.rules.max_metres.is_some() && measure == Measure::Cost {
        reader.table(
            "layout_limit_without_metres",
            Severity::Error,
            reader.travel_table(),
            Text::new(
                "出行表给的是总成本，没有路程，不能按最远路程限制",
                "the travel table gives costs, not metres: a limit in metres cannot be kept",
            ),
            Text::new(
                "去掉 --max-metres，或在出行表中改填 metres",
                "leave out --max-metres, or give metres in the travel table",
            ),
        );
    }
    let findings = reader.findings;
    if findings.iter().any(|f| f.severity == Severity::Error) {
        return Err(findings);
    }
    let situations = if asked.situations.is_empty() {
        vec![Situation {
            period: 0,
            weight: 1.0,
            students: today.clone(),
        }]
    } else {
        asked.situations
    };
    let periods = situations.iter().map(|s| s.period + 1).max().unwrap_or(1);
    Ok(Reading {
        problem: Problem {
            stage: asked.stage,
            sites,
            blocks,
            travel,
            measure,
            today,
            situations,
            periods,
            rules: asked.rules,
        },
        notes: findings,
    })
}

/// The tables a layout plan uses.
pub const TABLES: &[TableId] = &[
    TableId::County,
    TableId::Schools,
    TableId::Sections,
    TableId::Blocks,
    TableId::TravelPrimary,
    TableId::TravelJunior,
    TableId::Sites,
    TableId::Roads,
    TableId::Budgets,
];

struct Reader<'a> {
    snapshot: &'a Snapshot,
    stage: Stage,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn junior(&self) -> bool {
        self.stage == Stage::Junior
    }

    fn travel_table(&self) -> TableId {
        if self.junior() {
            TableId::TravelJunior
        } else {
            TableId::TravelPrimary
        }
    }

    fn table(
        &mut self,
        code: &'static str,
        severity: Severity,
        table: TableId,
        message: Text,
        hint: Text,
    ) {
        self.findings.push(Finding {
            code,
            severity,
            place: Place {
                file: table.id().to_owned(),
                ..Place::default()
            },
            message,
            hint,
        });
    }

    fn at(
        &mut self,
        code: &'static str,
        severity: Severity,
        (field, row): (Field, usize),
        message: Text,
        hint: Text,
    ) {
        let table = field.table();
        let named = |cell: Cell, whole: bool| {
            let source = self.snapshot.source(cell)?;
            Some(Place {
                file: source.file.clone(),
                sheet: source.sheet.clone(),
                row: Some(cell.row),
                column: if whole {
                    column_letters(cell.column)
                } else {
                    String::new()
                },
            })
        };
        // A blank has no cell; any other cell of the row tells where the row stands.
        let exact = self.snapshot.cell(field, row).and_then(|c| named(c, true));
        let place = exact.or_else(|| {
            let mut cells = table.fields().filter_map(|f| self.snapshot.cell(f, row));
            cells.next().and_then(|c| named(c, false))
        });
        self.findings.push(Finding {
            code,
            severity,
            place: place.unwrap_or_else(|| Place {
                file: table.id().to_owned(),
                ..Place::default()
            }),
            message,
            hint,
        });
    }

    /// The blocks by id, and their children.
    fn blocks(&mut self) -> (Vec<Block>, Vec<f64>) {
        let (children, current) = if self.junior() {
            (Field::ChildrenJunior, Field::CurrentJunior)
        } else {
            (Field::ChildrenPrimary, Field::CurrentPrimary)
        };
        let mut found: BTreeMap<String, (Block, f64)> = BTreeMap::new();
        let s = self.snapshot;
        for row in 0..s.rows(TableId::Blocks) {
            let Some(id) = s.text(Field::BlockId, row) else {
                continue;
            };
            let name = s.text(Field::BlockName, row).unwrap_or(id);
            let Some(students) = s.number(children, row) else {
                self.at(
                    "layout_children_blank",
                    Severity::Error,
                    (children, row),
                    Text::new(
                        format!("居住单元 {name} 没有填写学龄儿童数"),
                        format!("block {name} has no number of children"),
                    ),
                    Text::new(
                        "请填写；确实没有儿童的填 0",
                        "fill it in; write 0 where there are none",
                    ),
                );
                continue;
            };
            let block = Block {
                id: id.to_owned(),
                name: name.to_owned(),
                township: s
                    .text(Field::BlockTownship, row)
                    .unwrap_or_default()
                    .to_owned(),
                current: s.text(current, row).map(str::to_owned),
            };
            found.insert(id.to_owned(), (block, students));
        }
        if found.is_empty() && self.findings.is_empty() {
            self.table(
                "layout_no_blocks",
                Severity::Error,
                TableId::Blocks,
                Text::new(
                    "没有居住单元表，不知道学生住在哪里",
                    "there are no blocks: nobody knows where the students live",
                ),
                Text::new(
                    "请填写居住单元表(blocks)：编号、学龄儿童数，以及坐标或出行表",
                    "fill the table blocks: ids, children, and coordinates or a travel table",
                ),
            );
        }
        found.into_values().unzip()
    }

    /// Sites by id: the rows of `sites`, and the schools that no row names.
    fn sites(&mut self, close_protected: bool) -> Vec<Site> {
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
                        Severity::Error,
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
                        Severity::Error,
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
                offers: Vec::new(),
            });
            site.offers.push(offer);
        }
        for site in sites.values_mut() {
            site.offers.sort_by(|a, b| {
                (a.places.total_cmp(&b.places)).then_with(|| a.option.cmp(&b.option))
            });
            let row = schools.get(site.id.as_str()).copied();
            if site.exists && !close_protected && row.is_some_and(|row| protected(s, row)) {
                site.protected = true;
                site.stays = true;
            }
        }
        self.unasked(&schools, &mut sites);
        if sites.is_empty() && !self.findings.iter().any(|f| f.severity == Severity::Error) {
            self.table(
                "layout_no_sites",
                Severity::Error,
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
                Severity::Error,
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
                Severity::Error,
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
            let special = kind.is_some_and(|k| (510.0..520.0).contains(&k));
            if stage != self.stage.id() || special || sites.contains_key(id) {
                continue;
            }
            let name = school
                .and_then(|row| s.text(Field::SchoolName, row))
                .unwrap_or(id);
            let Some(places) = s.number(Field::Places, row) else {
                self.at(
                    "layout_places_blank",
                    Severity::Error,
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
                    offers: vec![Offer {
                        option: String::new(),
                        places,
                        yuan: 0.0,
                        least: 0.0,
                        beds: 0.0,
                    }],
                },
            );
        }
    }

    /// The travel table as a matrix.
    fn travel(&mut self, blocks: &[Block], sites: &[Site]) -> (Vec<f64>, Measure) {
        let (block, school, metres, cost) = if self.junior() {
            (
                Field::TravelJuniorBlock,
                Field::TravelJuniorSchool,
                Field::TravelJuniorMetres,
                Field::TravelJuniorCost,
            )
        } else {
            (
                Field::TravelPrimaryBlock,
                Field::TravelPrimarySchool,
                Field::TravelPrimaryMetres,
                Field::TravelPrimaryCost,
            )
        };
        let s = self.snapshot;
        let table = self.travel_table();
        let rows = s.rows(table);
        let block_at: BTreeMap<&str, usize> = blocks
            .iter()
            .enumerate()
            .map(|(i, b)| (b.id.as_str(), i))
            .collect();
        let mut site_at: BTreeMap<&str, usize> = BTreeMap::new();
        for (j, site) in sites.iter().enumerate() {
            site_at.insert(&site.id, j);
            if let Some(id) = &site.site_id {
                site_at.entry(id).or_insert(j);
            }
        }
        let priced = (0..rows).any(|row| s.number(cost, row).is_some());
        let measure = if priced {
            Measure::Cost
        } else {
            Measure::Metres
        };
        let field = if priced { cost } else { metres };
        let mut travel = vec![f64::INFINITY; blocks.len() * sites.len()];
        for row in 0..rows {
            let at = s
                .text(school, row)
                .and_then(|id| site_at.get(id))
                .zip(s.text(block, row).and_then(|id| block_at.get(id)));
            if let (Some((&j, &i)), Some(value)) = (at, s.number(field, row)) {
                travel[j * blocks.len() + i] = value;
            }
        }
        let holes = travel.iter().filter(|t| !t.is_finite()).count();
        if rows > 0 && holes > 0 {
            self.table(
                "layout_pairs_missing",
                Severity::Note,
                table,
                Text::new(
                    format!("出行表缺 {holes} 对，按不许安排处理"),
                    format!("{holes} pairs are missing from the travel table: taken as forbidden"),
                ),
                Text::new("如属遗漏请补上", "add them if they were forgotten"),
            );
        }
        (travel, measure)
    }
}

/// A teaching point, or a school in a rural place: closing it must be allowed in so many words.
fn protected(s: &Snapshot, row: usize) -> bool {
    let code = |field| s.number(field, row).map(|x| x as u16);
    code(Field::SchoolKind) == Some(218)
        || code(Field::Locale).and_then(Locality::of_locale) == Some(Locality::Rural)
}
