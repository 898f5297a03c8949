//! 区县填报表.

use junheng_core::model::Field;
use rust_xlsxwriter::XlsxError;

use super::super::page::{Cell, Page};
use super::{line, money, sheet};
use crate::Subject;

/// 区县填报表.
pub(in super::super) fn county(subject: &Subject<'_>) -> Result<Page, XlsxError> {
    let text = |field| {
        subject
            .snapshot
            .text(field, 0)
            .map_or(Cell::Blank, Cell::text)
    };
    let count = |field| Cell::count(subject.fact(field));
    let yuan = |field| money(subject.fact(field));
    let ten_thousand = |field| money(subject.fact(field).map(|y| y / 10_000.0));
    let lines = [
        line("基本信息", "区县名称", "", text(Field::CountyName)),
        line("基本信息", "区县代码", "", text(Field::CountyCode)),
        line("基本信息", "填报年度", "", text(Field::SchoolYear)),
        line(
            "经费标准",
            "规定的小学生均公用经费标准",
            "元",
            yuan(Field::QuotaPrimary),
        ),
        line(
            "经费标准",
            "规定的初中生均公用经费标准",
            "元",
            yuan(Field::QuotaJunior),
        ),
        line(
            "经费标准",
            "特殊教育学校经费总额",
            "元",
            yuan(Field::SpecialFund),
        ),
        line(
            "经费标准",
            "特殊教育学校学生人数",
            "人",
            count(Field::SpecialStudents),
        ),
        line(
            "工资收入",
            "上年度义务教育学校教师年平均工资收入水平（不含民办学校）",
            "万元",
            ten_thousand(Field::TeacherPay),
        ),
        line(
            "工资收入",
            "当地公务员年平均工资收入",
            "万元",
            ten_thousand(Field::CivilServantPay),
        ),
        line(
            "教师交流轮岗",
            "符合交流条件教师总数",
            "人",
            count(Field::RotationEligible),
        ),
        line(
            "教师交流轮岗",
            "实际交流轮岗教师数",
            "人",
            count(Field::Rotated),
        ),
        line(
            "教师交流轮岗",
            "实际交流骨干教师数量",
            "人",
            count(Field::RotatedBackbone),
        ),
        line(
            "优质高中招生",
            "优质高中招生计划总人数",
            "人",
            count(Field::SeniorHighPlaces),
        ),
        line(
            "优质高中招生",
            "优质高中招生分配指标数",
            "人",
            count(Field::SeniorHighAllocated),
        ),
        line(
            "优质高中招生",
            "向农村学校分配指标数",
            "人",
            count(Field::SeniorHighAllocatedRural),
        ),
        line(
            "随迁子女",
            "符合条件的随迁子女总人数",
            "人",
            count(Field::MigrantEligible),
        ),
        line(
            "随迁子女",
            "在县域内公办学校就读的随迁子女人数",
            "人",
            count(Field::MigrantPublic),
        ),
        line(
            "随迁子女",
            "在政府购买服务的民办学校就读随迁子女人数",
            "人",
            count(Field::MigrantPurchased),
        ),
        line(
            "残疾儿童入学",
            "适龄残疾儿童少年总数",
            "人",
            count(Field::DisabledChildren),
        ),
        line(
            "残疾儿童入学",
            "适龄残疾儿童少年入学总人数",
            "人",
            count(Field::DisabledEnrolled),
        ),
    ];
    sheet(subject, "区县填报表", "区县填报数据", &lines)
}
