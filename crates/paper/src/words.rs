//! Numbers and verdicts as official papers write them.

use junheng_core::evaluate::IndicatorResult;
use junheng_core::show;
use junheng_core::verdict::Verdict;

use crate::Subject;

/// Where a figure is missing, a line to write on.
pub(crate) const BLANK: &str = "＿＿";

/// Reached or not, as the forms say it.
pub(crate) fn reached(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "达标",
        Verdict::NotMet => "未达标",
        Verdict::Undetermined => "无法判定",
        Verdict::Tolerated => "达到下限",
        Verdict::NotApplicable => "不适用",
    }
}

/// Whether what vetoes has happened.
pub(crate) fn happened(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "未发生",
        Verdict::NotMet => "发生，否决",
        _ => "未申报",
    }
}

/// How many of each: "达标41所、未达标3所"; those that are none are left out.
pub(crate) fn counted(counts: &[(&str, usize)], counter: &str) -> String {
    let some: Vec<String> = counts
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(word, n)| format!("{word}{n}{counter}"))
        .collect();
    some.join("、")
}

/// A count, or a blank.
pub(crate) fn whole(value: Option<f64>) -> String {
    decimals(value, 0)
}

/// A number with at most so many decimals, or a blank.
pub(crate) fn decimals(value: Option<f64>, digits: u32) -> String {
    value.map_or_else(|| BLANK.to_owned(), |x| show::number(x, digits))
}

/// A share as percent with one decimal, more where its limit asks for it; no sign, or a blank.
pub(crate) fn percent(share: Option<f64>, limit: Option<f64>) -> String {
    share.map_or_else(
        || BLANK.to_owned(),
        |x| show::column(hundredfold(x), limit.map(hundredfold), 1),
    )
}

/// A hundred times a decimal, without the noise of binary products: 0.07 is 7.
pub(crate) fn hundredfold(x: f64) -> f64 {
    use junheng_core::exact::{decimal, to_f64};
    if x.is_finite() {
        to_f64(&(decimal(x) * decimal(100.0)))
    } else {
        x
    }
}

/// One figure of another, `None` where either is missing or there is nothing to divide by.
pub(crate) fn ratio(part: Option<f64>, whole: Option<f64>) -> Option<f64> {
    let whole = whole.filter(|w| *w != 0.0)?;
    Some(part? / whole)
}

/// A section's figure with so many decimals, more where it takes them to stay on its side of the
/// threshold and, where it is below that, of the floor.
pub(crate) fn indicator(subject: &Subject<'_>, result: &IndicatorResult) -> String {
    let digits = subject.decimals(result.indicator);
    let judged = &result.judged;
    let floor = judged
        .floor
        .filter(|_| result.verdict != Some(Verdict::Met));
    let limits = [judged.threshold, floor];
    let beside = |x| limits.map(|limit| show::column(x, limit, digits));
    let longest = |x| beside(x).into_iter().max_by_key(String::len);
    judged
        .value
        .and_then(longest)
        .unwrap_or_else(|| "未填".to_owned())
}

/// A day as papers write it: 2025年9月1日.
#[must_use]
pub fn day(date: junheng_core::date::Date) -> String {
    let text = date.to_string();
    let mut parts = text.split('-').map(|p| p.trim_start_matches('0'));
    let mut next = || parts.next().unwrap_or("");
    format!("{}年{}月{}日", next(), next(), next())
}

/// Names joined, the first few where there are many: "甲、乙等12所".
pub(crate) fn few(names: &[String], most: usize, counter: &str) -> String {
    let listed: Vec<&str> = names.iter().take(most).map(String::as_str).collect();
    let more = if names.len() > most {
        format!("等{}{counter}", names.len())
    } else {
        String::new()
    };
    format!("{}{more}", listed.join("、"))
}

/// A title of the data as papers write it: Chinese marks for those a keyboard has.
pub(crate) fn formal(title: &str) -> String {
    title
        .replace('(', "（")
        .replace(')', "）")
        .replace(':', "：")
}

/// Yuan as 万元 with two decimals.
pub(crate) fn ten_thousand(yuan: f64) -> String {
    show::column(yuan / 10_000.0, None, 2)
}
