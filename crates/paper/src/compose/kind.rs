//! The kinds of report.

use junheng_core::text::Text;

macro_rules! kinds {
    ($($variant:ident $id:literal $zh:literal $en:literal;)+) => {
        /// A kind of report; its id is stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $(#[doc = $zh] $variant),+ }

        impl Kind {
            /// All kinds.
            pub const ALL: [Self; [$($id),+].len()] = [$(Self::$variant),+];

            /// Its id.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),+ }
            }

            /// What it is called.
            #[must_use]
            pub fn title(self) -> Text {
                match self { $(Self::$variant => Text::new($zh, $en)),+ }
            }

            /// The built-in template.
            pub(crate) fn template(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../../templates/", $id, ".md"))),+
                }
            }
        }
    };
}

kinds! {
    SelfEvaluation "self-evaluation" "自评报告" "self-evaluation report";
    School "school" "一校一表" "a page per school";
    Review "review" "数据核查报告" "data review report";
    Rectification "rectification" "整改清单" "rectification list";
    WeakSchools "weak-schools" "薄弱学校改造计划" "plan for weak schools";
    Briefing "briefing" "工作简报" "briefing of one page";
    Evidence "evidence" "佐证材料目录" "catalogue of evidence";
}

impl Kind {
    /// The kind with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.id() == id)
    }

    /// The template's file name.
    #[must_use]
    pub fn file(self) -> String {
        format!("{}.md", self.id())
    }

    /// The template is filled once per school.
    pub(crate) fn per_school(self) -> bool {
        self == Self::School
    }
}
