//! Every field the program knows: one line each, and the only list.
//!
//! Import, template, checks, standards and explanations all read it.
//! A new field is one line here (`CONTRIBUTING.md`, recipe "a field").

use std::fmt;

use super::kind::{
    ACTIONS, DATUMS, DEGREES, FACILITY_CLASSES, Filler, Kind, OWNERS, ROOMS, SEXES, STAGES,
    SUBJECTS, TITLES, YES_NO,
};
use super::table_id::TableId;

macro_rules! fields {
    ($($variant:ident $table:ident $id:literal $kind:expr, $unit:literal, $filler:ident, $zh:literal, $en:literal, $form:literal;)+) => {
        /// A field of a table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Field { $(#[doc = concat!($zh, ": ", $en)] $variant),+ }

        impl Field {
            /// All fields, table by table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// All that is known of the field.
            #[must_use]
            pub fn about(self) -> &'static About {
                &ABOUT[self as usize]
            }
        }

        static ABOUT: &[About] = &[$(About {
            table: TableId::$table, id: $id, zh: $zh, en: $en, kind: $kind, unit: $unit,
            filler: Filler::$filler, form: $form,
        }),+];
    };
}

/// What is known of a field.
#[derive(Debug)]
pub struct About {
    /// The table it stands in.
    pub table: TableId,
    /// The English id, a header of the bundle.
    pub id: &'static str,
    /// The Chinese title, a header too.
    pub zh: &'static str,
    /// The English title.
    pub en: &'static str,
    /// What may stand in it.
    pub kind: Kind,
    /// The unit in Chinese; empty where there is none.
    pub unit: &'static str,
    /// Who gives it.
    pub filler: Filler,
    /// The form of the education statistics it comes from; empty where unknown.
    pub form: &'static str,
}

impl Field {
    /// The table it stands in.
    #[must_use]
    pub fn table(self) -> TableId {
        self.about().table
    }

    /// The English id.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.about().id
    }

    /// What may stand in it.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.about().kind
    }

    /// The field of `table` with this English id.
    ///
    /// ```
    /// use junheng_core::model::{Field, TableId};
    /// assert_eq!(Field::by_id(TableId::Sections, "students"), Some(Field::Students));
    /// ```
    #[must_use]
    pub fn by_id(table: TableId, id: &str) -> Option<Self> {
        table.fields().find(|f| f.id() == id)
    }

    /// Asset columns of a section that a school may give as a whole, with the school's column.
    ///
    /// The school's figure is shared among its sections by the weights of the standard.
    pub const SHARED: &'static [(Self, Self)] = &[
        (Self::TeachingArea, Self::SchoolTeachingArea),
        (Self::IndoorPeArea, Self::SchoolIndoorPeArea),
        (Self::SportsGround, Self::SchoolSportsGround),
        (Self::OffsiteSports, Self::SchoolOffsiteSports),
        (Self::Equipment, Self::SchoolEquipment),
        (Self::MultimediaRooms, Self::SchoolMultimediaRooms),
        (Self::Computers, Self::SchoolComputers),
        (Self::Books, Self::SchoolBooks),
        (Self::BuildingArea, Self::SchoolBuildingArea),
        (Self::LandArea, Self::SchoolLandArea),
        (Self::CanteenDormitoryLand, Self::SchoolCanteenDormitoryLand),
    ];

    /// Columns of a section that its teachers, where listed, decide.
    pub const COUNTED: &'static [Self] = &[
        Self::FullTimeTeachers,
        Self::TeachersAboveDegree,
        Self::BackboneTeachers,
        Self::PeArtTeachers,
        Self::CertifiedTeachers,
        Self::Trained360,
        Self::MidTitleTeachers,
    ];

    /// The column of the teacher list by which a figure of sections is counted.
    #[must_use]
    pub fn counted_by(self) -> Option<Self> {
        Some(match self {
            Self::TeachersAboveDegree => Self::AboveDegree,
            Self::BackboneTeachers => Self::Backbone,
            Self::PeArtTeachers => Self::TeacherSubject,
            Self::CertifiedTeachers => Self::Certified,
            Self::Trained360 => Self::TrainingHours,
            Self::MidTitleTeachers => Self::TeacherTitle,
            _ => return None,
        })
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table().id(), self.id())
    }
}

use Kind::{
    Amount, Choice, Code, Count, Date, Flag, Id, Ids, Number, Ref, Share, Text, Year, Yuan,
    YuanOrNo,
};

fields! {
    // 县情
    CountyCode County "code" Id, "", County, "县级行政区划代码", "County code, six digits of GB/T 2260", "";
    CountyName County "name" Text, "", County, "县(市、区)名称", "County name", "";
    SchoolYear County "school_year" Text, "", County, "学年", "School year, as 2025-2026", "";
    Synthetic County "synthetic" Flag, "", County, "合成数据", "Synthetic data, not a real county", "";
    AsOf County "as_of" Date, "", County, "数据时点", "Date of the figures", "";
    CountyResidents County "residents" Count, "人", County, "常住人口", "Residents", "";
    QuotaPrimary County "public_fund_quota_primary_yuan" Yuan, "元/生", County, "小学生均公用经费基准定额", "Public-fund quota per primary student", "";
    QuotaJunior County "public_fund_quota_junior_yuan" Yuan, "元/生", County, "初中生均公用经费基准定额", "Public-fund quota per junior student", "";
    ProvincialQuotaPrimary County "provincial_public_fund_quota_primary_yuan" Yuan, "元/生", County, "省定小学生均公用经费基准定额", "Provincial quota per primary student", "";
    ProvincialQuotaJunior County "provincial_public_fund_quota_junior_yuan" Yuan, "元/生", County, "省定初中生均公用经费基准定额", "Provincial quota per junior student", "";
    SpecialFund County "special_school_public_fund_yuan" Yuan, "元", County, "特殊教育学校公用经费总额", "Public fund of special schools", "";
    SpecialStudents County "special_school_students" Count, "人", County, "特殊教育学校学生数", "Students of special schools", "教基3120";
    TeacherPay County "teacher_average_pay_yuan" Yuan, "元/年", County, "义务教育学校教师年平均工资收入(不含民办)", "Average pay of compulsory-school teachers, private schools excluded", "";
    CivilServantPay County "civil_servant_average_pay_yuan" Yuan, "元/年", County, "当地公务员年平均工资收入", "Average pay of civil servants", "";
    RotationEligible County "rotation_eligible_teachers" Count, "人", County, "符合交流条件教师总数", "Teachers eligible for rotation", "";
    Rotated County "rotated_teachers" Count, "人", County, "实际交流轮岗教师数", "Rotated teachers", "";
    RotatedBackbone County "rotated_backbone_teachers" Count, "人", County, "实际交流轮岗骨干教师数", "Rotated backbone teachers", "";
    SeniorHighPlaces County "senior_high_places" Count, "人", County, "优质高中招生计划总人数", "Places of good senior high schools", "";
    SeniorHighAllocated County "senior_high_places_allocated" Count, "人", County, "优质高中招生分配指标数", "Places allocated to junior schools", "";
    SeniorHighAllocatedRural County "senior_high_places_allocated_rural" Count, "人", County, "分配给农村初中的指标数", "Places allocated to rural junior schools", "";
    MigrantEligible County "migrant_children_eligible" Count, "人", County, "符合条件的随迁子女总人数", "Eligible migrant children", "";
    MigrantPublic County "migrant_children_public" Count, "人", County, "在公办学校就读的随迁子女人数", "Migrant children in public schools", "";
    MigrantPurchased County "migrant_children_purchased" Count, "人", County, "在政府购买服务的民办学校就读的随迁子女人数", "Migrant children in government-purchased places", "";
    CohortEntered County "junior_cohort_entered" Count, "人", County, "毕业年级初一入学时在校学生数", "Graduating cohort when it entered junior school", "";
    CohortIn County "junior_cohort_transferred_in" Count, "人", County, "毕业年级三年转入学生数", "Transferred in over three years", "";
    CohortOut County "junior_cohort_transferred_out" Count, "人", County, "毕业年级三年转出学生数", "Transferred out over three years", "";
    CohortDied County "junior_cohort_died" Count, "人", County, "毕业年级三年死亡学生数", "Died over three years", "";
    CohortGraduated County "junior_cohort_graduated" Count, "人", County, "毕业学生人数", "Graduating students", "";
    DisabledChildren County "disabled_children" Count, "人", County, "适龄残疾儿童少年总数", "School-age children with disabilities", "";
    DisabledEnrolled County "disabled_children_enrolled" Count, "人", County, "适龄残疾儿童少年入学人数", "Of them in school", "";
    LevelChinese County "monitoring_level_chinese" Count, "级", State, "质量监测学业水平(语文)", "Monitored level, Chinese", "";
    DifferenceChinese County "monitoring_difference_chinese" Amount, "", State, "质量监测校际差异率(语文)", "Between-school difference, Chinese", "";
    LevelMathematics County "monitoring_level_mathematics" Count, "级", State, "质量监测学业水平(数学)", "Monitored level, mathematics", "";
    DifferenceMathematics County "monitoring_difference_mathematics" Amount, "", State, "质量监测校际差异率(数学)", "Between-school difference, mathematics", "";
    LevelScience County "monitoring_level_science" Count, "级", State, "质量监测学业水平(科学)", "Monitored level, science", "";
    DifferenceScience County "monitoring_difference_science" Amount, "", State, "质量监测校际差异率(科学)", "Between-school difference, science", "";
    LevelPe County "monitoring_level_pe" Count, "级", State, "质量监测水平(体育)", "Monitored level, PE", "";
    DifferencePe County "monitoring_difference_pe" Amount, "", State, "质量监测校际差异率(体育)", "Between-school difference, PE", "";
    LevelArts County "monitoring_level_arts" Count, "级", State, "质量监测水平(艺术)", "Monitored level, arts", "";
    DifferenceArts County "monitoring_difference_arts" Amount, "", State, "质量监测校际差异率(艺术)", "Between-school difference, arts", "";
    LevelMoral County "monitoring_level_moral" Count, "级", State, "质量监测水平(德育)", "Monitored level, moral education", "";
    DifferenceMoral County "monitoring_difference_moral" Amount, "", State, "质量监测校际差异率(德育)", "Between-school difference, moral education", "";
    Questionnaires County "questionnaires_issued" Count, "份", State, "发放问卷数", "Questionnaires issued", "";
    QuestionnairesValid County "questionnaires_valid" Count, "份", State, "有效问卷数", "Valid questionnaires", "";
    QuestionnairesSatisfied County "questionnaires_satisfied" Count, "份", State, "满意问卷数", "Satisfied questionnaires", "";
    Interviews County "interviews" Count, "人", State, "实地访谈人数", "Interviews", "";
    InterviewsSatisfied County "interviews_satisfied" Count, "人", State, "实地访谈满意人数", "Satisfied interviews", "";
    VetoExam County "veto_exam_enrolment" Choice(YES_NO), "", County, "一票否决:以考试方式招生", "Veto: enrolment by examination", "";
    VetoChoice County "veto_school_choice" Choice(YES_NO), "", County, "一票否决:违规择校", "Veto: irregular school choice", "";
    VetoKeySchool County "veto_key_school" Choice(YES_NO), "", County, "一票否决:设置重点校", "Veto: key schools", "";
    VetoKeyClass County "veto_key_class" Choice(YES_NO), "", County, "一票否决:设置重点班", "Veto: key classes", "";
    VetoPosts County "veto_unfilled_posts" Choice(YES_NO), "", County, "一票否决:有编不补或长期聘用编外教师", "Veto: unfilled posts", "";
    VetoSafety County "veto_safety_accident" Choice(YES_NO), "", County, "一票否决:重大安全责任事故或严重违法违纪", "Veto: major safety accident", "";
    VetoFalsified County "veto_falsified_data" Choice(YES_NO), "", County, "一票否决:弄虚作假", "Veto: falsified data", "";

    // 学校
    SchoolId Schools "school_id" Id, "", School, "学校(机构)标识码", "School code, ten digits", "教基1001";
    SchoolName Schools "name" Text, "", School, "学校名称", "School name as in the education statistics", "教基1001";
    SchoolKind Schools "kind" Code(100, 999), "", School, "办学类型", "School kind, GB/T 33782 code", "教基1001";
    Locale Schools "locale" Code(1, 299), "", School, "城乡类型", "Urban, town or rural code", "教基1001";
    Owner Schools "owner" Choice(OWNERS), "", School, "举办性质", "Public or private", "教基1001";
    Township Schools "township" Text, "", School, "乡镇(街道)", "Township", "教基1001";
    SchoolLon Schools "lon" Number, "度", County, "经度", "Longitude", "";
    SchoolLat Schools "lat" Number, "度", County, "纬度", "Latitude", "";
    SchoolDatum Schools "datum" Choice(DATUMS), "", County, "坐标系", "Coordinate system", "";
    FoundedYear Schools "founded_year" Year, "年", School, "建校年份(规划并建成)", "Year founded (planned and built)", "教基1001";
    Boarding Schools "boarding" Flag, "", School, "寄宿制学校", "Boarding school", "教基1001";
    DenseUrban Schools "dense_urban" Flag, "", County, "人口密度过高的大城市中心城区学校", "In an over-dense central district of a big city", "";
    ParentSchool Schools "parent_school_id" Ref(TableId::Schools), "", School, "隶属学校标识码", "Parent school", "";
    SchoolBlock Schools "block_id" Ref(TableId::Blocks), "", County, "学校所在居住单元", "Block where the school stands", "";
    SchoolTeachingArea Schools "teaching_area_m2" Amount, "平方米", School, "教学及辅助用房面积(全校)", "Teaching area of the whole school", "教基5170";
    SchoolIndoorPeArea Schools "indoor_pe_area_m2" Amount, "平方米", School, "室内体育用房面积(全校)", "Indoor PE area of the whole school", "教基5170";
    SchoolSportsGround Schools "sports_ground_m2" Amount, "平方米", School, "运动场地面积(全校)", "Sports ground of the whole school", "教基5176";
    SchoolOffsiteSports Schools "offsite_sports_m2" Amount, "平方米", School, "校外租赁或改建专用运动场地面积(全校)", "Leased or converted sports area of the whole school", "";
    SchoolEquipment Schools "equipment_yuan" Yuan, "元", School, "教学仪器设备资产值(全校)", "Equipment value of the whole school", "教基5176";
    SchoolMultimediaRooms Schools "multimedia_rooms" Count, "间", School, "网络多媒体教室数(全校)", "Multimedia rooms of the whole school", "教基5176";
    SchoolComputers Schools "computers" Count, "台", School, "计算机台数(全校)", "Computers of the whole school", "教基5176";
    SchoolBooks Schools "books" Count, "册", School, "图书册数(全校)", "Books of the whole school", "教基5176";
    SchoolBuildingArea Schools "building_area_m2" Amount, "平方米", School, "校舍建筑面积(全校)", "Building area of the whole school", "教基5170";
    SchoolLandArea Schools "land_area_m2" Amount, "平方米", School, "占地面积(全校)", "Land of the whole school", "教基5176";
    SchoolCanteenDormitoryLand Schools "canteen_dormitory_land_m2" Amount, "平方米", School, "食堂宿舍用地面积(全校)", "Canteen and dormitory land of the whole school", "";
    FacilityClass Schools "facility_class" Choice(FACILITY_CLASSES), "", County, "办学设施达标类别", "Facility class of the provincial standard", "";
    NormalGraduateYears Schools "years_since_normal_graduate" Count, "年", County, "距最近一次分配普通师范毕业生年数", "Years since a normal-school graduate last joined", "";
    ArrivalRate Schools "zone_arrival_rate" Share, "", County, "学区内新生入学到位率", "Share of the zone's new pupils who arrive", "";
    LacksBasicRooms Schools "lacks_basic_rooms" Flag, "", County, "缺少基本教学用房", "Lacks basic teaching rooms", "";
    BadlyManaged Schools "badly_managed" Flag, "", County, "领导班子薄弱、管理较差", "Badly managed", "";

    // 学段
    SectionSchool Sections "school_id" Ref(TableId::Schools), "", School, "学校(机构)标识码", "School code", "";
    SectionStage Sections "stage" Choice(STAGES), "", School, "学段", "Stage", "";
    Students Sections "students" Count, "人", School, "在校生数", "Students", "教基3112、3115";
    Boarders Sections "boarders" Count, "人", School, "寄宿生数", "Boarders", "教基3112、3115";
    SectionClasses Sections "classes" Count, "个", School, "班级数", "Classes", "教基2106、2107";
    LargestClass Sections "largest_class" Count, "人", School, "最大班额", "Students of the largest class", "教基2106、2107";
    Places Sections "places" Amount, "个", County, "学位数", "Places", "";
    Staff Sections "staff" Count, "人", School, "教职工数", "Staff", "教基4149";
    FullTimeTeachers Sections "full_time_teachers" Count, "人", School, "专任教师数", "Full-time teachers", "教基4155、4156";
    TeachersAboveDegree Sections "teachers_above_degree" Count, "人", School, "高于规定学历教师数", "Teachers above the required degree", "教基4155、4156";
    BackboneTeachers Sections "backbone_teachers" Count, "人", School, "县级以上骨干教师数", "Backbone teachers of county level or above", "教基1102";
    PeArtTeachers Sections "pe_art_teachers" Count, "人", School, "体育、艺术专任教师数", "Full-time PE and arts teachers", "教基4155、4156";
    ItinerantPeArtTeachers Sections "itinerant_pe_art_teachers" Count, "人", School, "交流轮岗、兼职、走教的体育艺术教师数", "Rotating, part-time and itinerant PE and arts teachers", "";
    CertifiedTeachers Sections "certified_teachers" Count, "人", School, "持有教师资格证的专任教师数", "Full-time teachers with a certificate", "";
    Trained360 Sections "teachers_trained_360h" Count, "人", School, "五年培训满360学时的专任教师数", "Full-time teachers with 360 training hours in five years", "";
    MidTitleTeachers Sections "mid_title_teachers" Count, "人", School, "中级及以上职称教师数", "Teachers of middle title or above", "教基4155、4156";
    TeachingArea Sections "teaching_area_m2" Amount, "平方米", School, "教学及辅助用房面积", "Teaching and auxiliary area, indoor PE included", "教基5170";
    IndoorPeArea Sections "indoor_pe_area_m2" Amount, "平方米", School, "室内体育用房面积", "Indoor PE area", "教基5170";
    SportsGround Sections "sports_ground_m2" Amount, "平方米", School, "运动场地面积", "Sports ground", "教基5176";
    OffsiteSports Sections "offsite_sports_m2" Amount, "平方米", School, "校外租赁或改建专用运动场地面积", "Leased or converted sports area", "";
    Equipment Sections "equipment_yuan" Yuan, "元", School, "教学仪器设备资产值", "Equipment value", "教基5176";
    MultimediaRooms Sections "multimedia_rooms" Count, "间", School, "网络多媒体教室数", "Multimedia rooms", "教基5176";
    Computers Sections "computers" Count, "台", School, "计算机台数", "Computers", "教基5176";
    Books Sections "books" Count, "册", School, "图书册数", "Books", "教基5176";
    BuildingArea Sections "building_area_m2" Amount, "平方米", School, "校舍建筑面积", "Building area", "教基5170";
    LandArea Sections "land_area_m2" Amount, "平方米", School, "占地面积", "Land", "教基5176";
    CanteenDormitoryLand Sections "canteen_dormitory_land_m2" Amount, "平方米", School, "食堂宿舍用地面积", "Canteen and dormitory land", "";
    MigrantStudents Sections "migrant_students" Count, "人", School, "随迁子女在校生数", "Migrant students", "教基3112、3115";
    InZoneStudents Sections "in_zone_students" Count, "人", School, "家庭住址在划片范围内的在校生数", "Students living inside the zone", "";
    PublicFund Sections "public_fund_budget_yuan" Yuan, "元", School, "上年度公用经费预算总额", "Public-fund budget of the last year", "";
    TrainingFund Sections "training_fund_yuan" Yuan, "元", School, "上年度教师培训经费预算", "Training budget of the last year", "";

    // 班级
    ClassSchool Classes "school_id" Ref(TableId::Schools), "", School, "学校(机构)标识码", "School code", "";
    ClassStage Classes "stage" Choice(STAGES), "", School, "学段", "Stage", "";
    ClassGrade Classes "grade" Count, "", School, "年级", "Grade, 1 to 12", "";
    ClassName Classes "class" Id, "", School, "班级", "Class", "";
    ClassStudents Classes "students" Count, "人", School, "班级学生数", "Students of the class", "教基2106、2107";

    // 专用教室
    RoomSchool Rooms "school_id" Ref(TableId::Schools), "", School, "学校(机构)标识码", "School code", "";
    RoomStage Rooms "stage" Choice(STAGES), "", School, "学段", "Stage", "";
    RoomKind Rooms "kind" Choice(ROOMS), "", School, "教室种类", "Music or fine art", "";
    RoomArea Rooms "area_m2" Amount, "平方米", School, "单间使用面积", "Area of the room", "";

    // 教师
    TeacherId Teachers "teacher_id" Id, "", School, "教师编号", "Teacher", "";
    TeacherSchool Teachers "school_id" Ref(TableId::Schools), "", School, "学校(机构)标识码", "School code", "";
    TeacherStage Teachers "stage" Choice(STAGES), "", School, "学段", "Stage taught", "";
    TeacherSubject Teachers "subject" Choice(SUBJECTS), "", School, "任教学科", "Subject taught", "";
    TeacherDegree Teachers "degree" Choice(DEGREES), "", School, "最高学历", "Highest degree", "";
    TeacherTitle Teachers "title" Choice(TITLES), "", School, "专业技术职务", "Professional title", "";
    AboveDegree Teachers "above_degree" Flag, "", School, "高于规定学历", "Above the required degree", "";
    Backbone Teachers "backbone" Flag, "", County, "县级以上骨干教师", "Backbone teacher", "";
    Certified Teachers "certified" Flag, "", School, "持有教师资格证", "Holds a teaching certificate", "";
    TrainingHours Teachers "training_hours_5y" Amount, "学时", School, "五年培训学时", "Training hours in five years", "";
    ArrivedOn Teachers "arrived_on" Date, "", School, "到校日期", "Arrived at this school", "";
    LastMovedOn Teachers "last_moved_on" Date, "", School, "上次交流日期", "Last rotated", "";
    BirthYearOfTeacher Teachers "birth_year" Year, "年", School, "出生年份", "Year of birth", "";
    Sex Teachers "sex" Choice(SEXES), "", School, "性别", "Sex", "";
    Eligible Teachers "eligible" Flag, "", County, "符合交流条件", "Eligible for rotation", "";
    ExemptReason Teachers "exempt_reason" Text, "", County, "不交流原因", "Why exempt", "";
    HomeLon Teachers "home_lon" Number, "度", School, "住址经度", "Longitude of the home", "";
    HomeLat Teachers "home_lat" Number, "度", School, "住址纬度", "Latitude of the home", "";
    Spouse Teachers "spouse_id" Ref(TableId::Teachers), "", School, "配偶教师编号", "Spouse, a teacher of this list", "";
    Wishes Teachers "wishes" Ids, "", School, "交流志愿学校", "Schools wished for, best first", "";
    WeeklyHours Teachers "weekly_hours" Amount, "课时", School, "周课时", "Hours a week", "";

    // 居住单元
    BlockId Blocks "block_id" Id, "", County, "居住单元编号", "Block", "";
    BlockName Blocks "name" Text, "", County, "居住单元名称", "Block name", "";
    BlockTownship Blocks "township" Text, "", County, "乡镇(街道)", "Township", "";
    BlockLon Blocks "lon" Number, "度", County, "经度", "Longitude", "";
    BlockLat Blocks "lat" Number, "度", County, "纬度", "Latitude", "";
    BlockDatum Blocks "datum" Choice(DATUMS), "", County, "坐标系", "Coordinate system", "";
    BlockResidents Blocks "residents" Amount, "人", County, "常住人口", "Residents", "";
    ChildrenPrimary Blocks "children_primary" Amount, "人", County, "小学适龄儿童数", "Primary-age children", "";
    ChildrenJunior Blocks "children_junior" Amount, "人", County, "初中适龄少年数", "Junior-age children", "";
    CurrentPrimary Blocks "current_primary" Ref(TableId::Schools), "", County, "现服务小学", "Primary school today", "";
    CurrentJunior Blocks "current_junior" Ref(TableId::Schools), "", County, "现服务初中", "Junior school today", "";

    // 相邻
    AdjacentA Adjacency "block_a" Ref(TableId::Blocks), "", County, "居住单元甲", "Block", "";
    AdjacentB Adjacency "block_b" Ref(TableId::Blocks), "", County, "居住单元乙", "Block that touches it", "";

    // 出行
    TravelPrimaryBlock TravelPrimary "block_id" Ref(TableId::Blocks), "", County, "居住单元编号", "Block", "";
    TravelPrimarySchool TravelPrimary "school_id" Id, "", County, "学校或校址", "School or site", "";
    TravelPrimaryMetres TravelPrimary "metres" Amount, "米", County, "路程", "Metres per student", "";
    TravelPrimaryCost TravelPrimary "cost" Amount, "", County, "总成本", "Cost of the whole block", "";
    TravelJuniorBlock TravelJunior "block_id" Ref(TableId::Blocks), "", County, "居住单元编号", "Block", "";
    TravelJuniorSchool TravelJunior "school_id" Id, "", County, "学校或校址", "School or site", "";
    TravelJuniorMetres TravelJunior "metres" Amount, "米", County, "路程", "Metres per student", "";
    TravelJuniorCost TravelJunior "cost" Amount, "", County, "总成本", "Cost of the whole block", "";

    // 备选校址
    SiteId Sites "site_id" Id, "", County, "校址编号", "Site", "";
    SiteStage Sites "stage" Choice(STAGES), "", County, "学段", "Stage", "";
    SiteLon Sites "lon" Number, "度", County, "经度", "Longitude", "";
    SiteLat Sites "lat" Number, "度", County, "纬度", "Latitude", "";
    SiteDatum Sites "datum" Choice(DATUMS), "", County, "坐标系", "Coordinate system", "";
    SiteOption Sites "option" Id, "", County, "方案", "Size option", "";
    SitePlaces Sites "places" Amount, "个", County, "学位数", "Places", "";
    SiteCost Sites "open_cost_yuan" Yuan, "元", County, "建设费用", "Cost of opening", "";
    SiteExisting Sites "existing_school_id" Ref(TableId::Schools), "", County, "现有学校", "Keeps or extends this school", "";
    SiteMinStudents Sites "min_students" Amount, "人", County, "最低学生数", "Fewest students worth opening", "";
    SiteBoarding Sites "boarding_places" Amount, "个", County, "寄宿床位数", "Boarding places", "";

    // 历年在校生
    HistorySchool EnrolmentHistory "school_id" Ref(TableId::Schools), "", School, "学校(机构)标识码", "School code", "";
    HistoryYear EnrolmentHistory "year" Year, "年", School, "学年起始年", "First year of the school year", "";
    HistoryGrade EnrolmentHistory "grade" Count, "", School, "年级", "Grade, 1 to 9", "";
    HistoryStudents EnrolmentHistory "students" Count, "人", School, "在校生数", "Students", "";

    // 出生人口
    BirthTownship Births "township" Text, "", County, "乡镇(街道)", "Township", "";
    BirthYear Births "year" Year, "年", County, "出生年份", "Year", "";
    BirthCount Births "births" Count, "人", County, "出生人数", "Births", "";

    // 学前登记
    PreschoolTownship Preschool "township" Text, "", County, "乡镇(街道)", "Township", "";
    PreschoolYear Preschool "year" Year, "年", County, "入小学学年起始年", "School year in which they enter grade 1", "";
    PreschoolChildren Preschool "children" Count, "人", County, "登记儿童数", "Registered children", "";

    // 新建住宅
    HousingId Housing "housing_id" Id, "", County, "住宅项目编号", "Housing project", "";
    HousingTownship Housing "township" Text, "", County, "乡镇(街道)", "Township", "";
    HousingPrimary Housing "primary_school_id" Ref(TableId::Schools), "", County, "服务小学", "Primary school of its zone", "";
    HousingJunior Housing "junior_school_id" Ref(TableId::Schools), "", County, "服务初中", "Junior school of its zone", "";
    HousingYear Housing "year" Year, "年", County, "入住学年起始年", "First school year in which people live there", "";
    HousingDwellings Housing "dwellings" Amount, "套", County, "住宅套数", "Dwellings", "";
    HousingPrimaryYield Housing "primary_per_100" Amount, "人", County, "每百套小学生数", "Primary students per 100 dwellings", "";
    HousingJuniorYield Housing "junior_per_100" Amount, "人", County, "每百套初中生数", "Junior students per 100 dwellings", "";

    // 预测调整
    AdjustedSchool ForecastAdjustments "school_id" Ref(TableId::Schools), "", County, "学校(机构)标识码", "School code", "";
    AdjustedStage ForecastAdjustments "stage" Choice(STAGES), "", County, "学段", "Stage", "";
    AdjustedYear ForecastAdjustments "year" Year, "年", County, "学年起始年", "First year of the school year", "";
    AdjustedGrade ForecastAdjustments "grade" Count, "", County, "年级", "Grade; blank for the whole stage", "";
    AdjustedStudents ForecastAdjustments "students" Amount, "人", County, "调整后学生数", "Students instead of the model's", "";
    AdjustedReason ForecastAdjustments "reason" Text, "", County, "理由", "Why", "";

    // 单价
    CostAction UnitCosts "action" Choice(ACTIONS), "", County, "措施", "Action", "";
    CostStage UnitCosts "stage" Choice(STAGES), "", County, "学段", "Stage", "";
    CostYuan UnitCosts "yuan" YuanOrNo, "元", County, "单价(元,不许则填 no)", "Yuan per unit, or no", "";
    CostLead UnitCosts "lead_years" Count, "年", County, "见效年数", "Years until it counts", "";
    CostLimit UnitCosts "limit" Amount, "", County, "每学段每年上限", "Units per section and year", "";

    // 预算
    BudgetYear Budgets "year" Year, "年", County, "年份", "Year", "";
    BudgetYuan Budgets "yuan" Yuan, "元", County, "预算金额", "Budget", "";

    // 道路
    RoadFromLon Roads "from_lon" Number, "度", County, "起点经度", "From longitude", "";
    RoadFromLat Roads "from_lat" Number, "度", County, "起点纬度", "From latitude", "";
    RoadToLon Roads "to_lon" Number, "度", County, "终点经度", "To longitude", "";
    RoadToLat Roads "to_lat" Number, "度", County, "终点纬度", "To latitude", "";
    RoadMetres Roads "metres" Amount, "米", County, "长度", "Metres", "";
}

/// Headers of a remark column: allowed in every table, read by nobody.
pub const REMARKS: &[&str] = &["remark", "备注"];

/// Families of county keys whose last word comes from a standard or a subject.
pub const FACT_PREFIXES: &[(&str, &str, &str)] = &[
    (
        "attest_",
        "佐证结论(met 达到 / not_met 未达到)",
        "Attested item: met or not_met",
    ),
    (
        "score_",
        "2012 年办法项目得分",
        "Points of an item of the 2012 method",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_and_titles_are_unique_in_their_table() {
        let mut seen = BTreeSet::new();
        for field in Field::ALL {
            let about = field.about();
            assert!(seen.insert((about.table, about.id)), "{field} twice");
            assert!(seen.insert((about.table, about.zh)), "{} twice", about.zh);
        }
    }

    #[test]
    fn shared_columns_have_the_same_id() {
        for (section, school) in Field::SHARED {
            assert_eq!(section.id(), school.id());
            assert_eq!(section.kind(), school.kind());
        }
    }
}
