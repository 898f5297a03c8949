//! Other names of fields, for drafting a mapping.

use junheng_core::model::Field;

/// What people call a field beside its title and id.
pub(super) const ALIASES: &[(Field, &[&str])] = &[
    (
        Field::SchoolId,
        &[
            "学校标识码",
            "学校代码",
            "标识码",
            "机构代码",
            "school_code",
        ],
    ),
    (
        Field::SchoolName,
        &["学校", "校名", "学校(机构)名称", "school_name"],
    ),
    (
        Field::SchoolKind,
        &["学校类型", "办学类型代码", "学校办学类型", "school_type"],
    ),
    (
        Field::Owner,
        &["公办民办", "办学性质", "学校性质", "school_nature"],
    ),
    (
        Field::Locale,
        &["城乡分类", "城乡类型代码", "学校所在地城乡类型"],
    ),
    (Field::Township, &["乡镇", "街道", "所属乡镇", "镇街"]),
    (Field::SchoolLon, &["lng", "longitude"]),
    (Field::SchoolLat, &["latitude"]),
    (Field::FoundedYear, &["建校年份", "建校时间"]),
    (
        Field::SectionSchool,
        &["学校标识码", "学校代码", "标识码", "school_code"],
    ),
    (
        Field::Students,
        &[
            "在校学生数",
            "学生数",
            "学生总数",
            "学生人数",
            "在校生数/合计",
            "student_count",
        ],
    ),
    (Field::Boarders, &["寄宿生", "其中:寄宿生"]),
    (Field::SectionClasses, &["班数", "教学班数", "class_count"]),
    (Field::Staff, &["教职工", "staff_count"]),
    (
        Field::FullTimeTeachers,
        &["专任教师", "专任教师/合计", "教师总数", "教师数"],
    ),
    (
        Field::BackboneTeachers,
        &["骨干教师", "县级以上骨干教师", "县级及以上骨干教师数"],
    ),
    (Field::PeArtTeachers, &["体育艺术教师", "音体美教师数"]),
    (
        Field::TeachingArea,
        &["教学及辅助用房", "教学及教学辅助用房面积"],
    ),
    (Field::IndoorPeArea, &["室内体育用房", "体育馆面积"]),
    (
        Field::SportsGround,
        &["运动场地", "体育运动场馆面积", "体育场地面积"],
    ),
    (
        Field::Equipment,
        &["教学仪器设备值", "仪器设备值", "教学仪器设备资产值"],
    ),
    (Field::MultimediaRooms, &["网络多媒体教室", "多媒体教室数"]),
    (Field::Computers, &["计算机数", "计算机"]),
    (Field::Books, &["图书", "图书数"]),
    (
        Field::ClassSchool,
        &["学校标识码", "学校代码", "标识码", "学校名称"],
    ),
    (Field::ClassName, &["班级名称", "班名"]),
    (Field::ClassStudents, &["班额", "学生数", "人数"]),
    (Field::TeacherId, &["工号", "教师工号"]),
    (
        Field::TeacherSchool,
        &["学校标识码", "学校代码", "学校名称"],
    ),
    (Field::BlockId, &["村代码", "社区代码", "小区编号"]),
    (Field::BlockName, &["村名", "社区", "小区"]),
];
