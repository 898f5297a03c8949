//! The commands of the command line that the server carries out, and what they may be given. Nothing
//! else is: an option that is not listed is refused, and none can name a file.

use junheng_core::standard::PackKind;
use serde_json::{Value, json};

use super::problem::Problem;
use super::rights::{READERS, Role, STAFFERS};
use crate::packs;

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// A word or a number, or nothing for a flag.
    Word,
    /// `NAME=VALUE`; without the sign it could be a file.
    Pair,
    /// A whole number up to this.
    UpTo(u32),
    /// A built-in standard, for a nation with the area that it is laid over, as `61=sn`.
    Pack,
    /// The id of another snapshot.
    Snapshot,
    /// Another system whose files can be read, or a mapping file that comes with them.
    System,
}

impl Takes {
    /// A value as a JSON schema.
    pub(crate) fn schema(self) -> Value {
        match self {
            Takes::Word => json!({ "type": ["string", "number", "boolean"] }),
            Takes::Pair => json!({ "type": "string", "pattern": "=" }),
            Takes::UpTo(most) => json!({ "type": "integer", "minimum": 0, "maximum": most }),
            Takes::Pack | Takes::Snapshot => json!({ "type": "string" }),
            Takes::System => json!({ "type": "string", "enum": SYSTEMS }),
        }
    }
}

impl Takes {
    /// What an option would take, where it was given something else.
    fn refused(self, name: &str) -> Problem {
        let (zh, en) = match self {
            Takes::Word => Default::default(),
            Takes::UpTo(most) => (
                format!("应是 0 至 {most} 的整数"),
                format!("is a whole number up to {most}"),
            ),
            Takes::Pair => (
                "写作 名称=取值".to_owned(),
                "is written NAME=VALUE".to_owned(),
            ),
            Takes::Pack => {
                // What is given alone is a national standard; the others lie over one.
                let alone = name == "standard";
                let national = |id: &&str| {
                    packs::pack(id).is_ok_and(|p| (p.kind == PackKind::National) == alone)
                };
                let known: Vec<&str> = packs::ids().filter(national).collect();
                (
                    format!("没有这个标准；现有：{}", known.join("、")),
                    format!("names no standard; there are {}", known.join(", ")),
                )
            }
            Takes::Snapshot => ("没有这份数据".to_owned(), "names no data set".to_owned()),
            Takes::System => (
                format!("可用：{}", SYSTEMS.join("、")),
                format!("is one of {}", SYSTEMS.join(", ")),
            ),
        };
        Problem::bad(
            format!("参数 {name} 的取值不对：{zh}"),
            format!("option {name} {en}"),
        )
    }
}

/// Other systems whose files can be read; `own` where the mapping file comes along.
const SYSTEMS: &[&str] = &["statistics", "oneroster", "own"];

/// What a command reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    Snapshot,
    /// Two of them: answered at once, at a place of its own.
    Two,
    /// Files that come with the request.
    Files,
    Nothing,
}

/// What a command leaves besides its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Out {
    Nothing,
    /// A folder of files.
    Folder,
    /// One file, of one of these kinds; `format` chooses, the first is the default.
    File(&'static [&'static str]),
    /// A backup beside the data.
    Backup,
    /// A snapshot of the files that it reads or makes.
    Snapshot,
}

/// A command that may be asked for.
pub(crate) struct Served {
    pub(crate) name: &'static str,
    pub(crate) options: &'static [(&'static str, Takes)],
    pub(crate) reads: Reads,
    pub(crate) out: Out,
    /// Who may start it as a job.
    pub(crate) roles: &'static [Role],
    /// Quick enough to be answered at once.
    pub(crate) quick: bool,
}

use Takes::{Pack, Pair, Snapshot, System, UpTo, Word};

const PLANNERS: &[Role] = &[Role::County, Role::Planner];
const WRITERS: &[Role] = &[Role::County, Role::Planner, Role::Inspector];

macro_rules! options {
    ($($name:literal $takes:ident $(($most:literal))?),* $(; $standard:ident)?) => {
        &[$(($name, $takes $(($most))?),)* $(options!(@$standard 0), options!(@$standard 1), options!(@$standard 2))?]
    };
    (@standard 0) => { ("standard", Pack) };
    (@standard 1) => { ("overlay", Pack) };
    (@standard 2) => { ("set", Pair) };
}

/// Every command that is served.
pub(crate) const SERVED: &[Served] = &[
    Served {
        name: "import",
        options: options!("mapping" System),
        reads: Reads::Files,
        out: Out::Snapshot,
        roles: &[Role::County],
        quick: false,
    },
    Served {
        name: "check",
        options: options!("previous" Snapshot),
        reads: Reads::Snapshot,
        out: Out::Nothing,
        roles: READERS,
        quick: true,
    },
    Served {
        name: "evaluate",
        options: options!("unweighted" Word; standard),
        reads: Reads::Snapshot,
        out: Out::Nothing,
        roles: READERS,
        quick: true,
    },
    Served {
        name: "compare",
        options: options!(; standard),
        reads: Reads::Two,
        out: Out::Nothing,
        roles: READERS,
        quick: false,
    },
    Served {
        name: "explain",
        options: options!("item" Word, "school" Word, "stage" Word; standard),
        reads: Reads::Snapshot,
        out: Out::Nothing,
        roles: READERS,
        quick: true,
    },
    Served {
        name: "forecast",
        options: options!(
            "years" Word, "target-year" Word, "students" Word, "by" Word, "backtest" Word,
            "explain" Word, "seed" Word),
        reads: Reads::Snapshot,
        out: Out::Nothing,
        roles: READERS,
        quick: true,
    },
    Served {
        name: "places",
        options: options!("years" Word, "seed" Word; standard),
        reads: Reads::Snapshot,
        out: Out::Nothing,
        roles: READERS,
        quick: true,
    },
    Served {
        name: "plan path",
        options: options!(
            "target-year" Word, "from-year" Word, "horizon" Word, "school" Word, "curve" Word,
            "prices" Word, "budget-yuan" Word, "time-limit" Word, "seed" Word; standard),
        reads: Reads::Snapshot,
        out: Out::Folder,
        roles: PLANNERS,
        quick: false,
    },
    Served {
        name: "plan rotation",
        options: options!(
            "share" Word, "backbone-share" Word, "balance" Word, "posts" Word, "max-metres" Word,
            "pin" Word, "refuse" Word, "wishes-first" Word, "term-years" Word, "retire-years" Word,
            "staff-per-class" Word, "itinerant" Word, "lessons" Pair, "gap" Word,
            "time-limit" Word, "seed" Word; standard),
        reads: Reads::Snapshot,
        out: Out::Folder,
        roles: STAFFERS,
        quick: false,
    },
    Served {
        name: "plan zones",
        options: options!(
            "stage" Word, "max-load" Word, "stay-metres" Word, "contiguity" Word, "split" Word,
            "max-metres" Word, "balance" Pair, "plans" Word, "lock" Pair, "together" Word,
            "lock-zone" Word, "group" Word, "grandfather" Word, "siblings" Word,
            "time-limit" Word, "seed" Word),
        reads: Reads::Snapshot,
        out: Out::Folder,
        roles: PLANNERS,
        quick: false,
    },
    Served {
        name: "plan layout",
        options: options!(
            "stage" Word, "open-exactly" Word, "budget-yuan" Word, "max-metres" Word,
            "yuan-per-km" Word, "gap" Word, "periods" Word, "growth" Word, "split" Word,
            "close-protected" Word, "time-limit" Word, "seed" Word),
        reads: Reads::Snapshot,
        out: Out::Folder,
        roles: PLANNERS,
        quick: false,
    },
    Served {
        name: "report",
        options: options!("kind" Word, "previous" Snapshot, "red-head" Word; standard),
        reads: Reads::Snapshot,
        out: Out::File(&["docx", "pdf"]),
        roles: WRITERS,
        quick: false,
    },
    Served {
        name: "forms",
        options: options!("form" Word; standard),
        reads: Reads::Snapshot,
        out: Out::File(&["xlsx"]),
        roles: WRITERS,
        quick: false,
    },
    Served {
        name: "map",
        options: options!("stage" Word),
        reads: Reads::Snapshot,
        out: Out::Folder,
        roles: WRITERS,
        quick: true,
    },
    Served {
        name: "nation",
        options: options!("years" Word, "province" Word, "ahead" Word, "local" Word; standard),
        reads: Reads::Files,
        out: Out::Folder,
        roles: READERS,
        quick: false,
    },
    Served {
        name: "generate county",
        options: options!("schools" UpTo(500), "seed" Word, "year" Word, "flaws" Word),
        reads: Reads::Nothing,
        out: Out::Snapshot,
        roles: &[Role::County],
        quick: false,
    },
    Served {
        name: "backup",
        options: &[],
        reads: Reads::Nothing,
        out: Out::Backup,
        roles: &[Role::System],
        quick: false,
    },
];

impl Served {
    /// Whether somebody with these roles may start it.
    pub(crate) fn is_for(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|r| roles.contains(r))
    }

    /// Whether it writes the county as it is after the plan, or, where a forecast is told whose students
    /// to take, as it will be.
    pub(crate) fn applies(&self, given: &[(String, String)]) -> bool {
        match self.name {
            "plan path" | "plan rotation" | "plan zones" | "plan layout" => true,
            "forecast" => given.iter().any(|(name, _)| name == "students"),
            _ => false,
        }
    }

    /// Whether its files hold maps, which the settings of the county are printed on.
    pub(crate) fn draws(&self) -> bool {
        matches!(self.name, "plan zones" | "report" | "map")
    }

    /// The command of a name.
    pub(crate) fn named(name: &str) -> Option<&'static Served> {
        SERVED.iter().find(|s| s.name == name)
    }

    /// Options as words of the command line; `folder` gives the folder of a snapshot.
    ///
    /// # Errors
    /// An option that is not listed, or a value that it does not take.
    pub(crate) fn words(
        &self,
        given: &[(String, String)],
        folder: impl Fn(&str) -> Option<String>,
    ) -> Result<Vec<String>, Problem> {
        let word = |(name, given): &(String, String)| {
            let known = self.options.iter().find(|o| o.0 == name);
            let takes = known.ok_or_else(|| self.unknown(name))?.1;
            let value = match takes {
                Takes::Word => Some(given.clone()),
                Takes::UpTo(most) => given
                    .parse()
                    .is_ok_and(|n: u32| n <= most)
                    .then(|| given.clone()),
                Takes::Pair => given.contains('=').then(|| given.clone()),
                Takes::System => SYSTEMS.contains(&given.as_str()).then(|| given.clone()),
                Takes::Pack => {
                    let (area, pack) = given.split_once('=').unwrap_or(("", given));
                    let known = packs::ids().any(|id| id == pack);
                    (known && area.bytes().all(|b| b.is_ascii_digit())).then(|| given.clone())
                }
                Takes::Snapshot => folder(given),
            };
            match value.ok_or_else(|| takes.refused(name))? {
                flag if flag.is_empty() => Ok(format!("--{name}")),
                value => Ok(format!("--{name}={value}")),
            }
        };
        given.iter().map(word).collect()
    }

    /// An option that the command does not have, beside those that it has.
    fn unknown(&self, name: &str) -> Problem {
        let known: Vec<&str> = self.options.iter().map(|o| o.0).collect();
        Problem::bad(
            format!("{} 没有参数 {name}；可用：{}", self.name, known.join("、")),
            format!(
                "{} has no option {name}; there are {}",
                self.name,
                known.join(", ")
            ),
        )
    }

    /// Ids of the other snapshots that options name.
    pub(crate) fn snapshots<'a>(&self, given: &'a [(String, String)]) -> Vec<&'a str> {
        let other = |name: &str| {
            self.options
                .iter()
                .any(|o| o.0 == name && o.1 == Takes::Snapshot)
        };
        given
            .iter()
            .filter(|(name, _)| other(name))
            .map(|(_, value)| value.as_str())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli;
    use junheng_core::text::Lang;

    fn words(command: &str, given: &[(&str, &str)]) -> Result<Vec<String>, Problem> {
        let given: Vec<_> = given
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        let served = Served::named(command).unwrap();
        served.words(&given, |id| (id == "known").then(|| "folder".to_owned()))
    }

    #[test]
    fn statement_33_no_paths_and_no_unlisted_options() {
        let good = [
            ("standard", "cn-2017-6"),
            ("set", "retention=B"),
            ("unweighted", ""),
        ];
        let said = ["--standard=cn-2017-6", "--set=retention=B", "--unweighted"];
        assert_eq!(words("evaluate", &good).unwrap(), said);
        assert_eq!(
            words("check", &[("previous", "known")]).unwrap(),
            ["--previous=folder"]
        );
        for (command, name, value) in [
            ("evaluate", "out", "/etc/passwd"),
            ("evaluate", "mapping", "../../x"),
            ("evaluate", "standard", "../standards"),
            ("evaluate", "standard", "/etc"),
            ("evaluate", "json", ""),
            ("check", "previous", "/etc"),
            ("check", "marked", "x"),
            ("plan zones", "lock", "/etc/passwd"),
            ("plan zones", "out", "x"),
            ("plan zones", "applied", "x"),
            ("report", "template", "/etc"),
            ("report", "write-templates", "x"),
            ("backup", "data", "/"),
            ("import", "mapping", "/etc/passwd"),
            ("import", "out", "x"),
            ("nation", "dir", "/"),
            ("nation", "out", "x"),
            ("nation", "overlay", "../x=sn"),
            ("generate county", "out", "x"),
            ("generate county", "schools", "501"),
        ] {
            assert!(
                words(command, &[(name, value)]).is_err(),
                "{command} {name}"
            );
        }
    }

    /// Where commands are that are no jobs; those without a place are the server itself, or read or write
    /// files of its machine.
    const ELSEWHERE: &[(&str, &str)] = &[
        ("template", "/api/v1/template"),
        ("fields", "/api/v1/fields"),
        ("standards", "/api/v1/standards"),
        ("verify-paper", "/api/v1/snapshots/{id}/verify-paper"),
        ("verify", "/api/v1/audit/verify"),
        ("mapping", "/api/v1/mapping"),
        ("generate nation", ""),
        ("rotate-key", ""),
        ("serve", ""),
        ("restore", ""),
        ("completions", ""),
        ("docs", ""),
    ];

    /// Every command by its whole name, as `plan zones`.
    fn names(command: &clap::Command, above: &str) -> Vec<String> {
        let own = command.get_subcommands().flat_map(|c| {
            let name = format!("{above}{}", c.get_name());
            match names(c, &format!("{name} ")) {
                below if below.is_empty() => vec![name],
                below => below,
            }
        });
        own.collect()
    }

    /// Where a command is answered at the server.
    fn route(served: &Served) -> &'static str {
        match served.reads {
            _ if served.quick => "/api/v1/snapshots/{id}/{command}",
            Reads::Two => "/api/v1/compare/{before}/{after}",
            Reads::Files if served.name == "import" => "/api/v1/imports",
            Reads::Files => "/api/v1/nation",
            Reads::Snapshot | Reads::Nothing => "/api/v1/jobs",
        }
    }

    #[test]
    fn every_command_has_its_place() {
        let said = include_str!("../../../../docs/api.md");
        let listed = crate::server::endpoints::endpoints();
        let names = names(&cli::command(Lang::Zh), "");
        assert!(
            names.iter().any(|n| n == "plan zones") && names.len() > 20,
            "{names:?}"
        );
        for name in &names {
            let served = Served::named(name).map(route);
            let elsewhere = ELSEWHERE.iter().find(|e| e.0 == name).map(|e| e.1);
            assert!(served.is_some() != elsewhere.is_some(), "{name}");
            let path = served.or(elsewhere).unwrap();
            assert!(
                path.is_empty() || listed.iter().any(|e| e.path == path),
                "{name} {path}"
            );
            assert!(said.contains(&format!("`{name}`")), "{name} in docs/api.md");
        }
        for name in SERVED
            .iter()
            .map(|s| s.name)
            .chain(ELSEWHERE.iter().map(|e| e.0))
        {
            assert!(names.iter().any(|n| n == name), "{name} is no command");
        }
    }

    /// An option that was renamed on the command line is noticed here.
    #[test]
    fn every_option_is_one_of_its_command() {
        let root = cli::command(Lang::Zh);
        for served in SERVED {
            let mut command = &root;
            for word in served.name.split(' ') {
                command = command.find_subcommand(word).unwrap();
            }
            for (name, _) in served.options {
                let known = command.get_arguments().any(|a| a.get_long() == Some(name));
                assert!(known, "{} --{name}", served.name);
            }
        }
    }
}
