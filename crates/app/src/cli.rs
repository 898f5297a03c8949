//! The command line in both languages, and its errors.

use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use junheng_core::geo::BaseMap;
use junheng_core::text::{Lang, Text};

use crate::commands;
use crate::error::Failure;

/// Builds commands and options with help in one language.
#[derive(Clone, Copy)]
pub(crate) struct Words(pub(crate) Lang);

impl Words {
    /// One of two forms.
    pub(crate) fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        self.0.pick(zh, en)
    }

    /// A command.
    pub(crate) fn command(self, name: &'static str, zh: &'static str, en: &'static str) -> Command {
        let help = Arg::new("help")
            .long("help")
            .short('h')
            .action(ArgAction::Help)
            .help(self.pick("显示帮助", "Print help").to_owned());
        Command::new(name)
            .about(self.pick(zh, en).to_owned())
            .disable_help_flag(true)
            .disable_help_subcommand(true)
            .next_help_heading(self.pick("选项", "Options").to_owned())
            .subcommand_value_name(self.pick("命令", "COMMAND").to_owned())
            .subcommand_help_heading(self.pick("命令", "Commands").to_owned())
            .help_template(self.pick(
                "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}",
                "{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}",
            ))
            .arg(help)
    }

    /// An option that takes a value.
    pub(crate) fn option(self, id: &'static str, value: &'static str, zh: &str, en: &str) -> Arg {
        Arg::new(id)
            .long(id)
            .value_name(value)
            .help(self.pick(zh, en).to_owned())
    }

    /// An option without a value.
    pub(crate) fn flag(self, id: &'static str, zh: &str, en: &str) -> Arg {
        Arg::new(id)
            .long(id)
            .action(ArgAction::SetTrue)
            .help(self.pick(zh, en).to_owned())
    }

    /// An argument by its place.
    pub(crate) fn place(self, id: &'static str, value: &'static str, zh: &str, en: &str) -> Arg {
        Arg::new(id)
            .value_name(value)
            .help(self.pick(zh, en).to_owned())
            .help_heading(self.pick("参数", "Arguments").to_owned())
    }

    /// The bundle a command reads.
    pub(crate) fn bundle(self) -> Arg {
        self.place(
            "bundle",
            "BUNDLE",
            "县的数据：CSV 文件夹，或一个 .xlsx、.xls 工作簿",
            "The county: a folder of CSV files, or one .xlsx or .xls workbook",
        )
        .required(true)
    }

    /// `--mapping`.
    pub(crate) fn mapping(self) -> Arg {
        self.option(
            "mapping",
            "M",
            "数据不是本程序的格式：映射文件，或 statistics(统计系统导出)、oneroster",
            "The input is of another system: a mapping file, or statistics, oneroster",
        )
    }

    /// `--json`.
    pub(crate) fn json(self) -> Arg {
        self.flag(
            "json",
            "在标准输出打印一个 JSON 文档",
            "Print one JSON document on standard output",
        )
    }

    /// `--timing`.
    pub(crate) fn timing(self) -> Arg {
        self.flag(
            "timing",
            "在 JSON 中加入用时(秒)",
            "Add the seconds taken to the JSON",
        )
    }

    /// `--seed`.
    pub(crate) fn seed(self) -> Arg {
        self.option(
            "seed",
            "N",
            "随机种子，同一种子得到同样的结果",
            "Seed: the same seed gives the same result",
        )
        .default_value("1")
        .value_parser(value_parser!(u64))
    }

    /// `--out`.
    pub(crate) fn out(self, value: &'static str, zh: &str, en: &str) -> Arg {
        self.option("out", value, zh, en).required(true)
    }

    /// `--standard`, `--overlay`, `--set`.
    pub(crate) fn standard(self, command: Command) -> Command {
        command
            .arg(self.option(
                "standard",
                "ID",
                "评估标准(默认：数据时点生效的国家标准)；也可给一个标准包文件夹",
                "The standard (default: the national one in force); may be a pack's folder",
            ))
            .arg(
                self.option(
                    "overlay",
                    "ID",
                    "叠加的地方标准，可重复",
                    "A local standard to lay over it; may be repeated",
                )
                .action(ArgAction::Append),
            )
            .arg(
                self.option(
                    "set",
                    "NAME=VALUE",
                    "标准的参数，如 retention=B、compare=round2、floor=printed，可重复",
                    "A parameter of the standard, as retention=B; may be repeated",
                )
                .action(ArgAction::Append),
            )
    }

    /// `--map-number`, `--map-source`.
    pub(crate) fn base_map(self) -> [Arg; 2] {
        [
            self.option(
                "map-number",
                "NUMBER",
                "底图的审图号，印在地图上",
                "The review number of the base map, printed on maps",
            ),
            self.option(
                "map-source",
                "TEXT",
                "底图来源，印在地图上",
                "Where the base map comes from, printed on maps",
            ),
        ]
    }

    /// `--stage`.
    pub(crate) fn stage(self) -> Arg {
        self.option(
            "stage",
            "S",
            "学段：primary 或 junior",
            "The stage: primary or junior",
        )
        .value_parser(PossibleValuesParser::new(["primary", "junior"]))
        .hide_possible_values(true)
    }
}

/// The whole command line.
pub(crate) fn command(lang: Lang) -> Command {
    let words = Words(lang);
    let version = Arg::new("version")
        .long("version")
        .short('V')
        .action(ArgAction::Version)
        .help(words.pick("显示版本", "Print version").to_owned());
    let lang_option = words
        .option(
            "lang",
            "LANG",
            "输出语言：zh 或 en(默认按系统，未设时为 zh)",
            "Language: zh or en (default: by locale, zh where it says nothing)",
        )
        .value_parser(PossibleValuesParser::new(["zh", "en"]))
        .hide_possible_values(true)
        .display_order(900)
        .global(true);
    let mut all = words
        .command(
            "junheng",
            "均衡：县域义务教育优质均衡发展评估、解释与规划",
            "Junheng: evaluation, explanation and planning of balanced compulsory education",
        )
        .version(env!("CARGO_PKG_VERSION"))
        .disable_version_flag(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(version)
        .arg(lang_option)
        .after_help(
            words
                .pick(
                    "退出状态：0 已完成；1 其他错误；2 参数不可用；3 数据不可用。",
                    "Exit status: 0 done; 1 other errors; 2 unusable arguments; 3 unusable input.",
                )
                .to_owned(),
        );
    for entry in commands::ALL {
        all = all.subcommand((entry.command)(words));
    }
    all
}

/// Help as clap wrote it, with the words that clap keeps to itself in the user's language.
pub(crate) fn help(text: &str, lang: Lang) -> String {
    let text = text.replace("\n\n\n", "\n\n");
    if lang == Lang::En {
        return text;
    }
    ["命令", "选项", "参数"].iter().fold(
        text.replace("[OPTIONS]", "[选项]")
            .replace("[default: ", "[默认："),
        |text, word| text.replace(&format!("\n{word}:\n"), &format!("\n{word}：\n")),
    )
}

/// The language an argument list asks for, before it is parsed.
pub(crate) fn asked_lang(arguments: &[String]) -> Option<Lang> {
    let mut said = None;
    for (n, argument) in arguments.iter().enumerate() {
        let value = match argument.strip_prefix("--lang") {
            Some("") => arguments.get(n + 1).map(String::as_str),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        match value {
            Some("zh") => said = Some(Lang::Zh),
            Some("en") => said = Some(Lang::En),
            _ => {}
        }
    }
    said
}

/// A parse error as a sentence.
pub(crate) fn sentence(error: &clap::Error) -> Text {
    let get = |kind| match error.get(kind) {
        Some(ContextValue::String(s)) => s.clone(),
        Some(ContextValue::Strings(s)) => s.join("、"),
        _ => String::new(),
    };
    let argument = get(ContextKind::InvalidArg);
    let value = get(ContextKind::InvalidValue);
    let valid = get(ContextKind::ValidValue);
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand]
        .into_iter()
        .map(get)
        .find(|s| !s.is_empty());
    let (mut zh, mut en) = match error.kind() {
        ErrorKind::UnknownArgument if argument.parse::<f64>().is_ok() => (
            format!("这里不能是 {argument}，不取负数"),
            format!("{argument} cannot stand here: no negative numbers"),
        ),
        ErrorKind::UnknownArgument if !argument.starts_with('-') => (
            format!("多了一个参数 {argument}"),
            format!("{argument} is one argument too many"),
        ),
        ErrorKind::UnknownArgument => (
            format!("没有选项 {argument}"),
            format!("there is no option {argument}"),
        ),
        ErrorKind::InvalidSubcommand => {
            let name = get(ContextKind::InvalidSubcommand);
            (
                format!("没有命令 {name}"),
                format!("there is no command {name}"),
            )
        }
        ErrorKind::MissingRequiredArgument => {
            (format!("缺少 {argument}"), format!("{argument} is missing"))
        }
        ErrorKind::MissingSubcommand => ("缺少命令".to_owned(), "a command is missing".to_owned()),
        ErrorKind::InvalidValue if value.is_empty() => (
            format!("{argument} 缺少取值"),
            format!("{argument} wants a value"),
        ),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let of = if valid.is_empty() {
                String::new()
            } else {
                format!("；可用：{valid}")
            };
            let one = if valid.is_empty() {
                String::new()
            } else {
                format!("; use {}", valid.replace('、', ", "))
            };
            (
                format!("{argument} 的取值 {value} 不可用{of}"),
                format!("{argument} cannot be {value}{one}"),
            )
        }
        ErrorKind::ArgumentConflict => (
            format!("{argument} 不能重复，也不能与冲突的选项同用"),
            format!("{argument} cannot be repeated or used with an option it conflicts with"),
        ),
        _ => (
            "参数不可用".to_owned(),
            "the arguments are unusable".to_owned(),
        ),
    };
    if let Some(name) = suggested {
        zh.push_str(&format!("；是否指 {name}"));
        en.push_str(&format!("; did you mean {name}"));
    }
    let [help_zh, help_en] = SEE_HELP;
    Text::new(format!("{zh}。{help_zh}"), format!("{en}.{help_en}"))
}

/// What a sentence on unusable arguments ends with.
pub(crate) const SEE_HELP: [&str; 2] = ["用 --help 查看用法。", " See --help."];

/// A path argument.
pub(crate) fn path(matches: &ArgMatches, id: &str) -> std::path::PathBuf {
    matches
        .get_one::<String>(id)
        .map(std::path::PathBuf::from)
        .unwrap_or_default()
}

/// A text argument.
pub(crate) fn text<'a>(matches: &'a ArgMatches, id: &str) -> Option<&'a str> {
    matches.get_one::<String>(id).map(String::as_str)
}

/// All values of a repeated option.
pub(crate) fn texts(matches: &ArgMatches, id: &str) -> Vec<String> {
    matches
        .get_many::<String>(id)
        .map(|values| values.cloned().collect())
        .unwrap_or_default()
}

/// `--map-number`, `--map-source`.
pub(crate) fn base_map(matches: &ArgMatches) -> BaseMap {
    BaseMap::new(text(matches, "map-number"), text(matches, "map-source"))
}

/// `--seed`.
pub(crate) fn seed(matches: &ArgMatches) -> u64 {
    matches.get_one::<u64>("seed").copied().unwrap_or(1)
}

/// A number of an option, not below 0.
pub(crate) fn amount(matches: &ArgMatches, id: &str) -> Result<Option<f64>, Failure> {
    match matches.get_one::<f64>(id).copied() {
        Some(x) if !x.is_finite() || x < 0.0 => Err(Failure::usage(Text::new(
            format!("--{id} 应是不小于 0 的数"),
            format!("--{id} wants a number not below 0"),
        ))),
        other => Ok(other),
    }
}
