//! Model, standards and evaluation of 县域义务教育优质均衡发展.
//!
//! Pure: no files, network, clock, environment or global state. Two shapes of computation:
//! `Snapshot → Snapshot` (elsewhere) and `Snapshot → Evaluation` (here).
//!
//! # Glossary
//! | 中文 | in code | meaning |
//! | --- | --- | --- |
//! | 县 | county | the unit that is certified |
//! | 学校 | school | a legal school |
//! | 学段 | stage, section | primary or junior; a school's part in one stage is a *section*, the unit that is judged |
//! | 教学点 | teaching point | kind 218 |
//! | 差异系数 | coefficient of variation, `variation` | student-weighted, population form |
//! | 指标 | indicator | L1 to L7, B1 to B8 |
//! | 判定 | verdict | `met`, `not_met`, `undetermined` |
//! | 骨干教师 | backbone teacher | of county level or above |
//! | 学位 | place | capacity |

pub mod compare;
pub mod date;
pub mod evaluate;
pub mod exact;
pub mod explain;
pub mod finding;
pub mod geo;
pub mod model;
pub mod show;
pub mod standard;
pub mod text;
pub mod verdict;
