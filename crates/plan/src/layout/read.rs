//! A layout problem from a snapshot.

use std::collections::BTreeMap;

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::model::Place as Locality;
use junheng_core::model::{Cell, Field, Snapshot, Stage, TableId, column_letters, is_special};
use junheng_core::text::Text;

use crate::travel::{Travel, Unit, listed};

use super::problem::{Block, Offer, Problem, Rules, Site, Situation};

/// A problem and what was noted on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The problem.
    pub problem: Problem,
    /// Notes: what was left out or taken for granted.
    pub notes: Vec<Text>,
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
    /// How the number of children will change; empty to plan for those of today.
    pub outlook: Vec<Outlook>,
}

/// One scenario of one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Which period, from 0.
    pub period: usize,
    /// Its probability; those of a period sum to 1.
    pub weight: f64,
    /// Children against today, as a factor, by township; the empty name is for all others.
    pub factors: BTreeMap<String, f64>,
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
    let (rows, mut blocks, mut today) = reader.blocks();
    let sites = reader.sites(asked.close_protected);
    let errors = reader.findings;
    if !errors.is_empty() {
        return Err(errors);
    }
    let ids: Vec<&str> = sites
        .iter()
        .map(|s| s.site_id.as_deref().unwrap_or(&s.id))
        .collect();
    let given = Travel::new(snapshot, asked.stage, &ids);
    if asked.rules.max_metres.is_some() && given.unit == Unit::Cost {
        return Err(vec![limit_without_metres(asked.stage)]);
    }
    let mut notes = given.notes.clone();
    // A block without children that reaches nothing needs no school.
    let idle = |at: usize| today[at] == 0.0 && given.row(rows[at]).0.is_empty();
    let lost: Vec<usize> = (0..blocks.len()).filter(|at| idle(*at)).collect();
    let rows = without(rows, &lost);
    if !lost.is_empty() {
        let names: Vec<&str> = lost.iter().map(|at| blocks[*at].name.as_str()).collect();
        let (zh, en) = listed(&names);
        notes.push(Text::new(
            format!("{zh}没有学龄儿童，也到不了任何学校，没有安排"),
            format!("Without children and out of reach, so without a school: {en}"),
        ));
        blocks = without(blocks, &lost);
        today = without(today, &lost);
    }
    let mut travel = vec![f64::INFINITY; blocks.len() * sites.len()];
    for (at, row) in rows.iter().enumerate() {
        for (site, value) in given.of(*row) {
            travel[site * blocks.len() + at] = value;
        }
    }
    let (unit, source) = (given.unit, given.source);
    let mut situations: Vec<Situation> = asked
        .outlook
        .iter()
        .map(|o| Situation {
            period: o.period,
            weight: o.weight,
            students: children(&blocks, &today, o),
        })
        .collect();
    if situations.is_empty() {
        situations.push(Situation {
            period: 0,
            weight: 1.0,
            students: today.clone(),
        });
    }
    let periods = situations.iter().map(|s| s.period + 1).max().unwrap_or(1);
    Ok(Reading {
        problem: Problem {
            stage: asked.stage,
            sites,
            blocks,
            travel,
            unit,
            source,
            today,
            situations,
            periods,
            rules: asked.rules,
        },
        notes,
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
    TableId::Adjacency,
    TableId::Roads,
    TableId::Budgets,
];

/// Children per block in a scenario.
fn children(blocks: &[Block], today: &[f64], outlook: &Outlook) -> Vec<f64> {
    let all = outlook.factors.get("").copied().unwrap_or(1.0);
    let factor = |b: &Block| outlook.factors.get(&b.township).copied().unwrap_or(all);
    let each = blocks.iter().zip(today);
    each.map(|(b, students)| students * factor(b)).collect()
}

fn of_table(code: &'static str, table: TableId, message: Text, hint: Text) -> Finding {
    Finding {
        code,
        severity: Severity::Error,
        place: Place {
            file: table.id().to_owned(),
            ..Place::default()
        },
        message,
        hint,
    }
}

fn limit_without_metres(stage: Stage) -> Finding {
    of_table(
        "layout_limit_without_metres",
        if stage == Stage::Junior {
            TableId::TravelJunior
        } else {
            TableId::TravelPrimary
        },
        Text::new(
            "出行表给的是总成本，没有路程，不能按最远路程限制",
            "the travel table gives costs, not metres: a limit in metres cannot be kept",
        ),
        Text::new(
            "去掉 --max-metres，或在出行表中改填 metres",
            "leave out --max-metres, or give metres in the travel table",
        ),
    )
}

/// All but those at some places, which ascend.
fn without<T>(all: Vec<T>, places: &[usize]) -> Vec<T> {
    let kept = all.into_iter().enumerate();
    kept.filter(|(at, _)| places.binary_search(at).is_err())
        .map(|(_, one)| one)
        .collect()
}

struct Reader<'a> {
    snapshot: &'a Snapshot,
    stage: Stage,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn junior(&self) -> bool {
        self.stage == Stage::Junior
    }

    fn table(&mut self, code: &'static str, table: TableId, message: Text, hint: Text) {
        self.findings.push(of_table(code, table, message, hint));
    }

    fn at(&mut self, code: &'static str, (field, row): (Field, usize), message: Text, hint: Text) {
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
            severity: Severity::Error,
            place: place.unwrap_or_else(|| Place {
                file: table.id().to_owned(),
                ..Place::default()
            }),
            message,
            hint,
        });
    }

    /// The blocks by id: their rows, themselves, their children.
    fn blocks(&mut self) -> (Vec<usize>, Vec<Block>, Vec<f64>) {
        let (children, current) = if self.junior() {
            (Field::ChildrenJunior, Field::CurrentJunior)
        } else {
            (Field::ChildrenPrimary, Field::CurrentPrimary)
        };
        let mut found: BTreeMap<String, (usize, Block, f64)> = BTreeMap::new();
        let s = self.snapshot;
        for row in 0..s.rows(TableId::Blocks) {
            let Some(id) = s.text(Field::BlockId, row) else {
                continue;
            };
            let name = s.text(Field::BlockName, row).unwrap_or(id);
            let Some(students) = s.number(children, row) else {
                self.at(
                    "layout_children_blank",
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
            found.insert(id.to_owned(), (row, block, students));
        }
        if found.is_empty() && self.findings.is_empty() {
            self.table(
                "layout_no_blocks",
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
        let mut blocks = (Vec::new(), Vec::new(), Vec::new());
        for (row, block, students) in found.into_values() {
            blocks.0.push(row);
            blocks.1.push(block);
            blocks.2.push(students);
        }
        blocks
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
