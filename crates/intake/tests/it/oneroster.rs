//! OneRoster: files of a roster in, counts by section and class out.

use junheng_core::model::TableId;
use junheng_intake::grid::{Grid, Value};
use junheng_intake::mapping::Mapped;
use junheng_intake::oneroster::read;

use crate::lines::{codes, message, read_csv, real_data, table};

fn file(name: &str, lines: &str) -> Grid {
    let cell = |c: &str| match c {
        "" => Value::Empty,
        text => Value::Text(text.replace('+', ",")),
    };
    let rows = lines
        .trim()
        .lines()
        .map(|l| l.trim().split(',').map(cell).collect())
        .collect();
    Grid {
        file: name.to_owned(),
        rows,
        ..Grid::default()
    }
}

/// Two schools: a nine-year one with homerooms and courses, a primary one with courses only.
fn district() -> Vec<Grid> {
    vec![
        file(
            "orgs.csv",
            "
            sourcedId,status,name,type,identifier
            d,active,某县,district,330182
            n,active,实验学校,school,3133000002
            p,,一小,school,local-7
            gone,tobedeleted,旧校,school,2133000009",
        ),
        file(
            "academicSessions.csv",
            "
            sourcedId,status,title,type,startDate,endDate
            t0,active,去年,schoolYear,2024-09-01,2025-06-30
            t1,active,今年,schoolYear,2025-09-01,2026-06-30
            t2,active,上学期,term,2026-01-01,2026-02-01",
        ),
        file(
            "classes.csv",
            "
            sourcedId,status,title,grades,classType,schoolSourcedId
            h3,active,三(1)班,03,homeroom,n
            h7,active,七(1)班,7,homeroom,n
            m7,active,七年级数学,07,scheduled,n
            c1,active,班,,scheduled,p
            c2,active,班,,scheduled,p
            kg,active,大班,KG,homeroom,n
            no,active,社团,,scheduled,p
            mix,active,合唱,06+07,scheduled,n
            del,tobedeleted,旧班,3,homeroom,n
            lost,active,孤班,3,homeroom,gone",
        ),
        file(
            "users.csv",
            "
            sourcedId,status,role,givenName,familyName,grades
            s1,active,student,小明,张,3
            s2,active,student,小红,李,7
            s3,active,student,小刚,王,7
            s4,active,student,小丽,赵,1
            s5,active,student,小强,钱,2
            s6,tobedeleted,student,小花,孙,3
            s7,active,student,小云,周,
            t1,active,teacher,老师,吴,
            t2,active,teacher,老师,郑,",
        ),
        file(
            "enrollments.csv",
            "
            sourcedId,status,classSourcedId,schoolSourcedId,userSourcedId,role
            1,active,h3,n,s1,student
            2,active,h7,n,s2,student
            3,,h7,n,s3,student
            4,active,m7,n,s3,student
            5,active,m7,n,t1,teacher
            6,active,h7,n,t1,teacher
            7,active,h3,n,t2,teacher
            8,active,c1,p,s4,student
            9,active,c2,p,s5,student
            10,active,h3,n,s6,student
            11,tobedeleted,h3,n,s2,student
            12,active,kg,n,s7,student
            13,active,no,p,s7,student
            14,active,h3,n,ghost,student
            15,active,h3,n,t9,aide",
        ),
        file("demographics.csv", "sourcedId,birthDate\ns1,2017-01-01"),
    ]
}

#[test]
fn a_roster_becomes_sections_and_classes() {
    let mapped = read(&district());
    assert_eq!(
        table(&mapped, TableId::County),
        [
            "key|value",
            "code|330182",
            "name|某县",
            "school_year|2025-2026"
        ]
    );
    assert_eq!(
        table(&mapped, TableId::Schools),
        ["school_id|name", "3133000002|实验学校", "p|一小"]
    );
    assert_eq!(
        table(&mapped, TableId::Sections),
        [
            "school_id|stage|students|classes|full_time_teachers",
            "3133000002|primary|2|1|1",
            "3133000002|junior|2|1|1",
            "p|primary|2|2|",
        ]
    );
    assert_eq!(
        table(&mapped, TableId::Classes),
        [
            "school_id|stage|grade|class|students",
            "3133000002|primary|3|三(1)班|2",
            "3133000002|junior|7|七(1)班|2",
            "p|primary|1|班|1",
            "p|primary|2|班|1",
        ]
    );
    assert!(message(&mapped, "oneroster_grade_outside").contains("实验学校 1 个班(第 7 行)"));
    assert!(message(&mapped, "oneroster_grade_mixed").contains("第 9 行"));
    assert!(message(&mapped, "oneroster_grade_missing").contains("一小 1 个班(第 8 行)"));
    assert!(message(&mapped, "oneroster_school_unknown").contains("第 11 行"));
    // The ghost and the aide.
    assert!(message(&mapped, "oneroster_user_unknown").contains("2 条"));
    assert!(message(&mapped, "oneroster_no_homerooms").contains("1 所"));
    let size = mapped.tables[3].rows[0][4].1.unwrap();
    assert_eq!(
        (
            mapped.sources[usize::from(size.source)].file.as_str(),
            size.row
        ),
        ("classes.csv", 2)
    );
}

#[test]
fn nothing_about_a_person_leaves() {
    let all = format!("{:?}", read(&district()));
    for word in ["小明", "张", "s1", "ghost", "老师", "2017-01-01"] {
        assert!(!all.contains(word), "{word}");
    }
}

#[test]
fn a_delta_set_and_a_missing_file_are_told() {
    let mut files = district();
    files.push(file(
        "manifest.csv",
        "propertyName,value\nfile.orgs,bulk\nfile.enrollments,delta",
    ));
    assert!(message(&read(&files), "oneroster_delta").contains("file.enrollments"));
    files.remove(4);
    let mapped: Mapped = read(&files);
    assert_eq!(codes(&mapped)[0], "oneroster_file_missing");
    assert!(mapped.tables.iter().all(|t| t.table != TableId::Sections));
}

#[test]
fn the_published_sample_is_read() {
    let Some(folder) = real_data() else { return };
    let names = [
        "academicSessions",
        "classes",
        "courses",
        "demographics",
        "enrollments",
        "manifest",
        "orgs",
        "users",
    ];
    let files: Vec<Grid> = names
        .iter()
        .map(|n| read_csv(&folder.join(format!("oneroster-sample/{n}.csv"))))
        .collect();
    let mapped = read(&files);
    assert_eq!(
        table(&mapped, TableId::Schools),
        ["school_id|name", "12345|School 1", "54321|School 2"]
    );
    assert_eq!(
        table(&mapped, TableId::Sections)[1..],
        ["12345|primary|1|1|"]
    );
    assert_eq!(
        table(&mapped, TableId::Classes)[1..],
        ["12345|primary|2|Class 1 title|1"]
    );
    assert_eq!(
        codes(&mapped)
            .iter()
            .filter(|c| **c == "oneroster_grade_missing")
            .count(),
        2
    );
}
