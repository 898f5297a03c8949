//! The names that a template may use, and what may stand after them.

use junheng_core::model::Stage;
use junheng_core::standard::Group;
use junheng_core::text::Text;

use super::template::Names;
use super::{Kind, Scene, blocks, fields};

/// The names of a paper.
pub(super) struct Known<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) kind: Kind,
}

/// What may stand after the name of a block.
enum Words {
    None,
    /// One of these.
    One(Vec<&'static str>),
    /// Ids of items.
    Items,
    /// A number, or nothing.
    Count,
}

fn words(block: &str) -> Words {
    let stages = [Stage::Primary, Stage::Junior].map(Stage::id);
    let groups = Group::ALL.into_iter().map(Group::id);
    match block {
        "dots" | "sections" => Words::One(stages.to_vec()),
        "group" => Words::One(groups.collect()),
        "evidence" => Words::One(groups.chain([blocks::OTHER]).collect()),
        "findings" => Words::One(vec!["error", "explain", "note"]),
        "rectification" => Words::One(vec!["schools", "items"]),
        "items" => Words::Items,
        "problems" => Words::Count,
        _ => Words::None,
    }
}

impl Known<'_> {
    /// An item of this standard; of another one where the built-in template names it too.
    fn item(&self, id: &str) -> bool {
        let lines = self.kind.template().lines();
        let built_in = lines.filter_map(|line| line.strip_prefix("@items "));
        self.scene.subject.standard.items.iter().any(|i| i.id == id)
            || built_in
                .flat_map(str::split_whitespace)
                .any(|own| own == id)
    }

    /// What only a page about one school can say.
    fn of_a_school(&self, own: bool, shown: &str) -> Result<(), Text> {
        if !own || self.kind.per_school() {
            return Ok(());
        }
        Err(Text::new(
            format!("{shown} 只能用在一校一表(school.md)里"),
            format!("{shown} belongs on the page of a school (school.md) only"),
        ))
    }
}

impl Names for Known<'_> {
    fn field(&self, name: &str) -> Result<(), Text> {
        if !fields::known(self.scene, name) {
            return Err(Text::new(
                format!("没有字段 {{{name}}}；可用的见 fields.md"),
                format!("there is no field {{{name}}}; see fields.md"),
            ));
        }
        let own = name.starts_with("school_") && name != "school_year";
        self.of_a_school(own, &format!("{{{name}}}"))
    }

    fn block(&self, name: &str, given: &str) -> Result<(), Text> {
        if !blocks::BLOCKS.iter().any(|b| b.0 == name) {
            return Err(Text::new(
                format!("没有内容块 @{name}；可用的见 fields.md"),
                format!("there is no block @{name}; see fields.md"),
            ));
        }
        self.of_a_school(name.starts_with("school-"), &format!("@{name}"))?;
        match words(name) {
            Words::None if given.is_empty() => Ok(()),
            Words::None => Err(Text::new(
                format!("@{name} 后面不写内容，不认识“{given}”"),
                format!("nothing stands after @{name}; “{given}” is not understood"),
            )),
            Words::One(all) if all.contains(&given) => Ok(()),
            Words::One(all) => {
                let all = all.join(" ");
                Err(Text::new(
                    format!("@{name} 后面应写其中之一：{all}；现为“{given}”"),
                    format!("after @{name} stands one of: {all}; not “{given}”"),
                ))
            }
            Words::Count if given.is_empty() || given.parse::<usize>().is_ok() => Ok(()),
            Words::Count => Err(Text::new(
                format!("@{name} 后面应是条数，或不写；现为“{given}”"),
                format!("after @{name} stands a number or nothing; not “{given}”"),
            )),
            Words::Items => {
                let other = given.split_whitespace().find(|id| !self.item(id));
                match other {
                    None if !given.is_empty() => Ok(()),
                    None => Err(Text::new(
                        format!("@{name} 后面应写项目编号，如 @items G2 G8"),
                        format!("after @{name} stand ids of items, such as @items G2 G8"),
                    )),
                    Some(id) => Err(Text::new(
                        format!("@{name}：标准里没有项目 {id}"),
                        format!("@{name}: the standard has no item {id}"),
                    )),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::templates;
    use super::*;

    #[test]
    fn every_word_of_the_built_in_templates_has_its_kind() {
        for (file, text) in templates() {
            for line in text.lines().filter(|_| file != "fields.md") {
                let Some((name, given)) = line.strip_prefix('@').and_then(|l| l.split_once(' '))
                else {
                    continue;
                };
                let fits = match words(name) {
                    Words::None => false,
                    Words::One(all) => all.contains(&given.trim()),
                    Words::Count => given.trim().parse::<usize>().is_ok(),
                    Words::Items => true,
                };
                assert!(fits, "{file}: {line}");
            }
        }
    }
}
