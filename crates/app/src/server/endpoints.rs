//! Every endpoint with who may use it. The router, the rights test and OpenAPI are made of this list.

use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, get, post};

use super::App;
use super::api::{
    accounts, audit, commands, evidence, exports, filings, findings, imports, jobs, orgs, own,
    papers, public as publishing, scenarios, search, session, setup, snapshots, standards, steps,
    tasks,
};
use super::openapi::operation::{Operation, operation};
use super::public;
use super::rights::{Access, FILERS, READERS, Role, STAFFERS, STARTERS};

/// One endpoint.
pub(crate) struct Endpoint {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
    pub(crate) handler: fn() -> MethodRouter<App>,
    /// What the handler takes besides the path, and what it gives.
    pub(crate) operation: fn() -> Operation,
}

macro_rules! endpoint {
    ($method:ident $path:literal, $access:expr, $handler:path, $zh:literal, $en:literal) => {
        Endpoint {
            method: stringify!($method),
            path: $path,
            access: $access,
            zh: $zh,
            en: $en,
            handler: || $method($handler),
            operation: || operation($handler),
        }
    };
    // With files of so many bytes in all.
    ($method:ident $path:literal, $access:expr, $handler:path, $most:expr, $zh:literal, $en:literal) => {
        Endpoint {
            handler: || $method($handler).layer(DefaultBodyLimit::max($most)),
            ..endpoint!($method $path, $access, $handler, $zh, $en)
        }
    };
}

const COUNTY: Access = Access::Roles(&[Role::County]);
const READER: Access = Access::Roles(READERS);
const PLANNER: Access = Access::Roles(STAFFERS);
const FILER: Access = Access::Roles(FILERS);
const TREE: Access = Access::Roles(&[Role::County, Role::Security, Role::Township]);
const REVIEWER: Access = Access::Roles(&[Role::County, Role::Township]);
const JOBS: Access = Access::Roles(STARTERS);
const SCHOOL: Access = Access::Roles(&[Role::School]);
const TOWNSHIP: Access = Access::Roles(&[Role::Township]);
const SECURITY: Access = Access::Roles(&[Role::Security]);
const AUDITOR: Access = Access::Roles(&[Role::Auditor]);

/// All of them.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint!(get "/health", Access::Public, setup::health,
            "是否正常运行", "Whether it runs"),
        endpoint!(get "/api/v1/openapi.json", Access::Public, super::openapi::serve,
            "本接口的说明", "This interface described"),
        endpoint!(get "/api/v1/sbom", Access::Session, super::openapi::sbom,
            "软件物料清单(CycloneDX)", "What the program is made of (CycloneDX)"),
        endpoint!(get "/api/v1/state", Access::Public, setup::state,
            "是否已初始化，谁已登录", "Whether it is set up, and who is logged in"),
        endpoint!(post "/api/v1/setup", Access::Public, setup::setup,
            "首次启动：建立县和第一个账号", "First start: the county and the first account"),
        endpoint!(post "/api/v1/login", Access::Public, session::login,
            "登录", "Log in"),
        endpoint!(post "/api/v1/logout", Access::Session, session::logout,
            "退出", "Log out"),
        endpoint!(post "/api/v1/password", Access::Session, session::password,
            "修改自己的密码", "Change one's password"),
        endpoint!(post "/api/v1/own/factor", Access::Session, own::begin,
            "启用动态口令(第二因素)", "Begin a second factor"),
        endpoint!(post "/api/v1/own/factor/confirm", Access::Session, own::confirm,
            "用第一个动态口令确认；返回恢复码", "Confirm it with a first code; gives recovery codes"),
        endpoint!(get "/api/v1/own/tokens", Access::Person, own::tokens,
            "自己的脚本令牌", "Tokens of one's own scripts"),
        endpoint!(post "/api/v1/own/tokens", Access::Person, own::add_token,
            "新建令牌，只显示一次", "A new token, shown once"),
        endpoint!(post "/api/v1/own/tokens/{token}/end", Access::Person, own::end_token,
            "作废令牌", "End a token"),
        endpoint!(get "/api/v1/accounts", SECURITY, accounts::list,
            "账号", "The accounts"),
        endpoint!(post "/api/v1/accounts", SECURITY, accounts::add,
            "新建账号", "Add an account"),
        endpoint!(post "/api/v1/accounts/{account}", SECURITY, accounts::change,
            "调整账号的角色、停用或重置密码", "Other roles, shut, or a new first password"),
        endpoint!(get "/api/v1/accounts/{account}/interests", SECURITY, accounts::interests,
            "与本人有利害关系的学校", "The schools that a person has an interest in"),
        endpoint!(post "/api/v1/accounts/{account}/interests", SECURITY, accounts::set_interests,
            "登记利害关系：本人不能审核这些学校", "Record interests: the person reviews nothing of these schools"),
        endpoint!(get "/api/v1/orgs", TREE, orgs::list,
            "机构", "The organisations"),
        endpoint!(post "/api/v1/orgs", SECURITY, orgs::add,
            "新设市或县(区)", "Add a city or a county"),
        endpoint!(post "/api/v1/orgs/above", SECURITY, orgs::rise,
            "在本系统最上级的单位之上设市或省", "Put a city or a province above the site's topmost organisation"),
        endpoint!(get "/api/v1/counties", READER, orgs::counties,
            "所辖各县(区)的结论", "The verdicts of the counties side by side"),
        endpoint!(get "/api/v1/forms", FILER, tasks::forms,
            "填报表的版本", "Versions of forms"),
        endpoint!(get "/api/v1/tasks", FILER, tasks::list,
            "填报任务", "Filing tasks"),
        endpoint!(post "/api/v1/tasks", COUNTY, tasks::add,
            "布置填报任务", "Open a task"),
        endpoint!(get "/api/v1/tasks/{task}", REVIEWER, tasks::one,
            "填报进度、联系电话、填报负担", "Where each form stands, whom to call, how much is asked"),
        endpoint!(post "/api/v1/tasks/{task}/change", COUNTY, tasks::change,
            "改截止时间或撤回填报任务", "Move a task's deadline or withdraw it"),
        endpoint!(post "/api/v1/tasks/{task}/remind", REVIEWER, tasks::remind,
            "提醒未报学校", "Remind those who have not filed"),
        endpoint!(post "/api/v1/tasks/{task}/review", REVIEWER, steps::review,
            "一次通过或采用几份表，每份各自处理", "Pass or accept several forms, each by itself"),
        endpoint!(post "/api/v1/tasks/{task}/snapshot", COUNTY, tasks::snapshot,
            "由已采用的表生成新数据", "Make a snapshot of the accepted forms"),
        endpoint!(get "/api/v1/filings/{filing}", FILER, filings::one,
            "一校的填报表，附上年数", "One school's form beside last year's figures"),
        endpoint!(post "/api/v1/filings/{filing}/values", SCHOOL, filings::save,
            "保存草稿", "Save a draft"),
        endpoint!(get "/api/v1/filings/{filing}/workbook", FILER, filings::workbook,
            "下载填报表", "The form as a workbook"),
        endpoint!(post "/api/v1/filings/{filing}/workbook", SCHOOL, filings::upload,
            "上传填好的表", "Take a filled workbook in"),
        endpoint!(post "/api/v1/filings/{filing}/submit", SCHOOL, steps::submit,
            "上报", "Hand in"),
        endpoint!(post "/api/v1/filings/{filing}/recall", SCHOOL, steps::recall,
            "尚无人审核时收回已上报的表", "Take a form back that nobody has reviewed yet"),
        endpoint!(post "/api/v1/filings/{filing}/pass", TOWNSHIP, steps::pass,
            "乡镇审核通过", "Found good by the township"),
        endpoint!(post "/api/v1/filings/{filing}/return", REVIEWER, steps::give_back,
            "退回，写明原因", "Give back, with a reason"),
        endpoint!(post "/api/v1/filings/{filing}/accept", COUNTY, steps::accept,
            "采用并锁定", "Accept and lock"),
        endpoint!(post "/api/v1/filings/{filing}/correct", COUNTY, steps::correct,
            "锁定后更正，写明原因，两个数值都保留", "Correct after the lock, with a reason; both values stay"),
        endpoint!(get "/api/v1/snapshots", READER, snapshots::list,
            "数据快照", "The snapshots"),
        endpoint!(post "/api/v1/snapshots", COUNTY, snapshots::upload, snapshots::UPLOAD,
            "导入数据：返回全部问题；不能使用的不保存", "Import: all findings; nothing is kept of unusable data"),
        endpoint!(post "/api/v1/imports", COUNTY, imports::add, snapshots::UPLOAD,
            "在后台导入；?mapping=statistics 或 oneroster 读其他系统的导出", "Import as a job; ?mapping=statistics or oneroster for other systems"),
        endpoint!(post "/api/v1/mapping", COUNTY, imports::mapping, snapshots::UPLOAD,
            "根据本单位的表起草映射文件，不保存", "A mapping file drafted from tables of one's own; nothing is kept"),
        endpoint!(post "/api/v1/nation", READER, imports::nation, snapshots::UPLOAD,
            "在后台评估多个县的 Parquet 数据，不保存", "Parquet files of many counties judged as a job; nothing of them is kept"),
        endpoint!(post "/api/v1/marked", COUNTY, findings::mark, snapshots::UPLOAD,
            "把问题标注在上传的表里返回，不保存", "The files back with the findings in their cells; nothing is kept"),
        endpoint!(get "/api/v1/template", Access::Session, exports::blank,
            "空白填报工作簿", "The blank workbook to fill"),
        endpoint!(get "/api/v1/snapshots/{id}/findings", READER, findings::list,
            "问题及其说明", "The findings, with what was said to them"),
        endpoint!(post "/api/v1/snapshots/{id}/findings", COUNTY, findings::explain,
            "说明一条问题；写入数据核查报告", "Explain a finding; it stands in the data review"),
        endpoint!(get "/api/v1/snapshots/{id}/marked", PLANNER, findings::workbook,
            "标注了问题的工作簿", "The workbook with the findings in its cells"),
        endpoint!(get "/api/v1/snapshots/{id}/exports/{name}", READER, exports::export,
            "导出：表名.csv、tables.xlsx、evaluation.parquet、zones-primary.geojson", "Exports: TABLE.csv, tables.xlsx, evaluation.parquet, zones-primary.geojson"),
        endpoint!(get "/api/v1/snapshots/{id}/evidence", READER, evidence::list,
            "佐证材料", "The evidence"),
        endpoint!(post "/api/v1/snapshots/{id}/evidence", PLANNER, evidence::add, evidence::FILE + (64 << 10),
            "给一个条目加佐证材料", "Add evidence to an item"),
        endpoint!(get "/api/v1/evidence/{evidence}", READER, evidence::file,
            "下载佐证材料", "A file of the evidence"),
        endpoint!(post "/api/v1/evidence/{evidence}/remove", PLANNER, evidence::remove,
            "移除佐证材料", "Take evidence out of use"),
        endpoint!(post "/api/v1/snapshots/{id}/verify-paper", READER, papers::verify, snapshots::UPLOAD,
            "核对文书的数字是否仍与数据一致", "Whether the figures of a paper are still those of the data"),
        endpoint!(post "/api/v1/snapshots/{id}/accept", COUNTY, snapshots::accept,
            "采用一份快照", "Accept a snapshot"),
        endpoint!(post "/api/v1/snapshots/{id}/change", PLANNER, snapshots::change,
            "改名，或移除从未采用、也没有任何依据它的数据", "Another title, or out of use what nobody accepted and nothing rests on"),
        endpoint!(get "/api/v1/snapshots/{id}/files/{name}", PLANNER, snapshots::file,
            "原始文件，逐字节不变", "An original file, byte for byte"),
        endpoint!(get "/api/v1/snapshots/{id}/evaluations", READER, commands::evaluations,
            "历次评估的记录：选项、程序、哈希", "The evaluations that were made: options, program, hash"),
        endpoint!(get "/api/v1/snapshots/{id}/{command}", READER, commands::snapshot,
            "对快照执行一条命令，结果与命令行相同", "A command on a snapshot, with the command line's own answer"),
        endpoint!(get "/api/v1/snapshots/{id}/search", READER, search::search,
            "按名称、代码、旧名、拼音查找学校和居住单元", "Schools and blocks by name, code, earlier name or pinyin"),
        endpoint!(post "/api/v1/snapshots/{id}/zones", PLANNER, scenarios::draw,
            "保存手工修改的学区，成为一份新数据", "Keep zones drawn by hand as a new data set"),
        endpoint!(get "/api/v1/compare/{before}/{after}", READER, commands::compare,
            "比较两份快照", "Two snapshots compared"),
        endpoint!(get "/api/v1/jobs", JOBS, jobs::list,
            "后台任务", "Jobs"),
        endpoint!(post "/api/v1/jobs", JOBS, jobs::add,
            "在后台执行一条命令", "A command as a job"),
        endpoint!(get "/api/v1/jobs/{job}", JOBS, jobs::one,
            "一项任务的进度", "How far a job is"),
        endpoint!(post "/api/v1/jobs/{job}/cancel", JOBS, jobs::cancel,
            "取消任务：已有的最好结果保留", "Stop a job; the best it has is kept"),
        endpoint!(get "/api/v1/jobs/{job}/result", JOBS, jobs::result,
            "任务的结果，与命令行相同", "A job's document, as the command line prints it"),
        endpoint!(get "/api/v1/jobs/{job}/files/{name}", JOBS, jobs::file,
            "任务生成的文件", "A file that a job made"),
        endpoint!(post "/api/v1/jobs/{job}/accept", PLANNER, scenarios::accept,
            "采用任务的方案，成为一份新数据", "Take a job's plan as a new data set"),
        endpoint!(get "/api/v1/settings", READER, publishing::settings,
            "设置：审图号、底图来源、咨询方式", "Settings: map number, its source, contact"),
        endpoint!(post "/api/v1/settings", COUNTY, publishing::set,
            "修改设置", "Change settings"),
        endpoint!(get "/api/v1/publications", READER, publishing::list,
            "公开的内容和收到的意见", "What is public, and comments"),
        endpoint!(post "/api/v1/publications", COUNTY, publishing::publish,
            "公开一项内容", "Make something public"),
        endpoint!(post "/api/v1/publications/withdraw", COUNTY, publishing::withdraw,
            "撤下一项公开", "Take a publication back"),
        endpoint!(get "/public", Access::Public, public::county,
            "公开页：县域指标", "Public page: the county"),
        endpoint!(get "/public/schools", Access::Public, public::schools,
            "公开页：学校", "Public page: schools"),
        endpoint!(get "/public/zones", Access::Public, public::zones,
            "公开页：查学区", "Public page: zones"),
        endpoint!(get "/public/verify", Access::Public, public::verify,
            "公开页：核对文书", "Public page: is a paper genuine"),
        endpoint!(get "/public/plans", Access::Public, public::plans,
            "公开页：规划与决定", "Public page: plans"),
        endpoint!(post "/public/comments", Access::Public, public::comment,
            "对公开的规划提意见", "Comment on a public plan"),
        endpoint!(get "/api/v1/standards", Access::Session, standards::list,
            "标准", "The standards"),
        endpoint!(get "/api/v1/standards/{id}", Access::Session, standards::book,
            "一个标准", "One standard"),
        endpoint!(get "/api/v1/fields", Access::Session, standards::fields,
            "字段", "The fields"),
        endpoint!(get "/api/v1/audit", AUDITOR, audit::list,
            "审计记录", "The audit"),
        endpoint!(get "/api/v1/audit/verify", AUDITOR, audit::verify,
            "核对审计链", "Whether the audit's chain holds"),
    ]
}
