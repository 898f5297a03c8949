//! The thresholds of the plausibility checks, each with its reason.
//!
//! They decide what must be explained, never what is judged; standards have their own numbers.

/// A range outside which a figure must be explained.
#[derive(Debug)]
pub struct Limit {
    /// Stable name.
    pub id: &'static str,
    /// Lowest plausible value.
    pub low: f64,
    /// Highest plausible value; infinite where there is none.
    pub high: f64,
    /// Unit of the value, Chinese and English.
    pub unit: (&'static str, &'static str),
    /// Why these bounds, Chinese and English.
    pub reason: (&'static str, &'static str),
}

impl Limit {
    /// Whether `x` needs no explanation.
    #[must_use]
    pub fn holds(&self, x: f64) -> bool {
        (self.low..=self.high).contains(&x)
    }
}

macro_rules! limits {
    ($($name:ident $low:expr, $high:expr, $unit_zh:literal $unit_en:literal, $zh:literal $en:literal;)+) => {
        $(#[doc = $en] pub const $name: Limit = Limit {
            id: stringify!($name), low: $low, high: $high, unit: ($unit_zh, $unit_en), reason: ($zh, $en),
        };)+
        /// All limits, for the documents.
        pub const LIMITS: &[&Limit] = &[$(&$name),+];
    };
}

const NONE: f64 = f64::INFINITY;

limits! {
    SMALL_SECTION 50.0, NONE, "人" "students", "学生不足 50 人时生均值起伏大，不作生均校验" "Below 50 students per-student figures swing too much to be checked.";
    CLASS_SIZE 3.0, 66.0, "人/班" "students per class", "66 人及以上为超大班额；平均不足 3 人多为班数误填" "66 and more is an oversized class; under 3 on average is mostly a wrong count of classes.";
    STUDENTS_PER_PLACE 0.1, 1.5, "人/学位" "students per place", "学位按每班 45 或 50 人计，超大班额 66 人约为 1.5 倍；不足一成多为学位误填" "Places are counted at 45 or 50 a class and an oversized class of 66 is about 1.5 times that; under a tenth is mostly a wrong count of places.";
    STUDENTS_PER_TEACHER 2.0, 45.0, "人/师" "students per teacher", "全国小学约 16、初中约 13；编制标准最高 23，超出近一倍或一师不足两生须说明" "Nationally about 16 and 13; the staffing norm is 23 at most: twice that, or under two students a teacher, needs an explanation.";
    ROOM_AREA 20.0, 1_000.0, "平方米" "m²", "音乐、美术教室标准 96 与 90 平方米，例外最低 54 平方米" "A music or art room is to have 96 or 90 m², by exception 54.";
    TEACHING_AREA 1.0, 60.0, "平方米/生" "m² per student", "标准 4.5 与 5.8 平方米；全国校舍生均 8.3 与 15.4 平方米" "Standard 4.5 and 5.8 m²; the national mean of all buildings is 8.3 and 15.4 m².";
    SPORTS_GROUND 0.3, 200.0, "平方米/生" "m² per student", "标准 7.5 与 10.2 平方米；农村小校可达数十平方米" "Standard 7.5 and 10.2 m²; small rural schools have some dozens.";
    BUILDING_AREA 1.5, 120.0, "平方米/生" "m² per student", "全国生均 8.3 与 15.4 平方米" "National mean 8.3 and 15.4 m².";
    LAND_AREA 2.0, 500.0, "平方米/生" "m² per student", "建设标准约 15 至 30 平方米" "Building standards ask for about 15 to 30 m².";
    EQUIPMENT 100.0, 50_000.0, "元/生" "yuan per student", "标准 2000 与 2500 元" "Standard 2,000 and 2,500 yuan.";
    MULTIMEDIA_ROOMS 0.2, 20.0, "间/百生" "rooms per 100 students", "标准 2.3 与 2.4 间；一班一间约为 2 至 4 间" "Standard 2.3 and 2.4; a room for each class makes 2 to 4.";
    COMPUTERS 1.0, 150.0, "台/百生" "computers per 100 students", "全国平均约 15 台" "The national mean is about 15.";
    BOOKS 2.0, 300.0, "册/生" "books per student", "配备标准约 15 至 35 册" "Library norms ask for about 15 to 35.";
    PUBLIC_FUND 200.0, 30_000.0, "元/生" "yuan per student", "国家基准定额 720 与 940 元" "The national quota is 720 and 940 yuan.";
    MONEY_PER_STUDENT 1.0, 100_000.0, "元/生" "yuan per student", "生均不足 1 元多为把万元数当作元，超过 10 万元多为把元数当作万元" "Under 1 yuan per student is mostly 万元 given as yuan, over 100,000 yuan given as 万元.";
    PAY 1_000.0, 1_000_000.0, "元/年" "yuan a year", "年工资不足 1000 元多为以万元填写" "Under 1,000 yuan a year is mostly given in 万元.";
    QUOTA 10.0, 100_000.0, "元/生" "yuan per student", "定额不足 10 元多为以万元填写" "A quota under 10 yuan is mostly given in 万元.";
    RESIDENTS 1_000.0, 20_000_000.0, "人" "residents", "最小的县也有数千人；不足 1000 多为以万人填写" "The smallest counties have some thousands; under 1,000 is mostly given in 万.";
    AREA_SLIP 1.0 / 30.0, 30.0, "倍" "times the county's median", "与本县中位数相差 30 倍以上，多为小数点错位两位（百倍）或单位错误" "More than 30 times off the county's median is mostly a decimal point two places off, or another unit.";
    AREA_SLIP_TOTAL 1.0 / 3.0, 3.0, "倍" "times the county's median total", "总量也须偏离 3 倍以上，以免误报学生很少的学校" "The total must be 3 times off too, so that schools of few students are not reported.";
    AREA_SLIP_SCHOOLS 5.0, NONE, "个" "sections", "少于 5 个学段时中位数不可靠" "A median of fewer than 5 sections says little.";
    OUTLIER -5.0, 5.0, "" "modified z-score", "修正 Z 分数（对数值）绝对值超过 5；生均值偏态，故取对数" "Modified z-score of the logarithm; per-student figures are skewed, hence the logarithm.";
    OUTLIER_TIMES 0.5, 2.0, "倍" "times the county's median", "各校几乎相同时，两倍以内的差别不算离群" "Where all are nearly alike, less than twice or half is no outlier.";
    OUTLIER_SCHOOLS 8.0, NONE, "个" "sections", "少于 8 个学段时不判离群" "No outliers among fewer than 8 sections.";
    FOUNDED 1800.0, NONE, "年" "year", "最早的新式学堂晚于 1800 年" "Modern schools are younger than 1800.";
    BIRTH_YEARS 1990.0, NONE, "年" "year", "出生人口只用于近年预测" "Births serve forecasts of recent years only.";
    TEACHER_AGE 17.0, 75.0, "岁" "years old", "教师年龄一般在 17 至 75 岁之间" "Teachers are mostly between 17 and 75.";
    WEEKLY_HOURS 0.0, 40.0, "课时" "hours a week", "一周五天，每天不超过 8 课时" "Five days of at most 8 hours.";
    ARRIVAL_AGE 16.0, NONE, "岁" "years old", "中师毕业生也年满 16 岁" "Even graduates of secondary normal schools were 16.";
    COUNTY_RADIUS 0.0, 60.0, "公里" "km", "县域半径多在 60 公里以内；更大的县按点位离散程度放宽" "Most counties lie within 60 km of their middle; wider ones get more by the spread of their points.";
    COUNTY_SPREAD 0.0, 8.0, "倍" "median absolute deviations", "超过中位距离 8 倍离差才算离群" "Only points over 8 deviations beyond the median distance are far.";
    TOWNSHIP_RADIUS 0.0, 25.0, "公里" "km", "乡镇内学校一般相距 25 公里以内" "Schools of a township mostly lie within 25 km.";
    JUMP_SMALL 0.5, 1.5, "倍" "times last year", "不足 100 人：±50%" "Under 100: ±50 %.";
    JUMP_MIDDLE 0.7, 1.3, "倍" "times last year", "100 至 500 人：±30%" "100 to 500: ±30 %.";
    JUMP_LARGE 0.8, 1.2, "倍" "times last year", "500 人以上：±20%" "Over 500: ±20 %.";
    JUMP_TEACHERS 0.7, 1.3, "倍" "times last year", "教师数变动超过 30% 且不少于 5 人" "Teachers changing by over 30 % and at least 5.";
    JUMP_TEACHERS_LEAST 5.0, NONE, "人" "teachers", "小校一两名教师的变动不报" "One or two teachers of a small school are no jump.";
    ASSETS_FALL 0.8, NONE, "倍" "times last year", "资产一般只增不减，减少超过 20% 须说明" "Assets seldom fall; a fall of over 20 % needs an explanation.";
}
