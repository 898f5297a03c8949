//! `junheng places`: need against places, the class-size ladder, planning norms.

use clap::{ArgMatches, Command};
use junheng_core::model::TableId;
use junheng_plan::forecast::forecast;
use junheng_plan::places;

use super::forecast::{FORECAST, years};
use super::{Entry, wanted};
use crate::cli::Words;
use crate::error::Failure;
use crate::{Context, input, packs, print, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "places",
    command,
    run,
};

/// Packs that are always laid over the standard: class-size bands and planning norms.
const OVERLAYS: [&str; 2] = ["class-size", "planning-norms"];

fn command(words: Words) -> Command {
    let command = words
        .command(
            "places",
            "学位：今后各年需要与供给、预警、消除大班额、千人指标和服务半径",
            "Places: need and supply by year, warnings, large classes, planning norms",
        )
        .arg(words.bundle())
        .arg(years(words))
        .arg(words.seed());
    words
        .standard(command)
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let mut wanted = wanted(matches)?;
    for id in OVERLAYS {
        if !wanted.overlays.iter().any(|o| o == id) {
            wanted.overlays.push(id.to_owned());
        }
    }
    let years = matches
        .get_one::<u16>("years")
        .copied()
        .map_or(3, usize::from);
    let seed = matches.get_one::<u64>("seed").copied().unwrap_or(1);
    let tables: Vec<TableId> = FORECAST
        .iter()
        .copied()
        .chain([TableId::Classes, TableId::Blocks])
        .collect();
    let intake = input::read(matches, "bundle", &tables)?;
    let standard = packs::standard(&wanted, &intake.snapshot)?;
    let snapshot = &intake.snapshot;
    let mut findings = intake.findings;
    let made = match forecast(snapshot, years, seed) {
        Ok(mut made) => {
            findings.append(&mut made.findings);
            Some(made)
        }
        Err(finding) => {
            findings.push(*finding);
            None
        }
    };
    let (steps, rungs) = made
        .as_ref()
        .map(|f| places::ladder(snapshot, f, &standard))
        .unwrap_or_default();
    let result = print::Places {
        needs: made
            .as_ref()
            .map_or_else(Vec::new, |f| places::needs(snapshot, f)),
        made: made.as_ref(),
        steps,
        rungs,
        figures: places::norms(snapshot, &standard),
        findings: &findings,
    };
    Ok(if context.json {
        views::places(&result, &intake.digest, context)
    } else {
        print::places(&result, context)
    })
}
