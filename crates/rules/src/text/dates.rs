//! Names of months and weekdays: beside a number they are part of a date.

/// Folded, in the order of their bytes.
#[rustfmt::skip]
const NAMES: [&str; 360] = [
    "abr", "abril", "ago", "agosto", "agustus", "août", "apr", "april", "aprile", "aprilie", "aralik", "aug",
    "august", "augusti", "augustus", "avr", "avril", "ağustos", "března", "cuma", "cumartesi", "czerwca", "czwartek",
    "dec", "december", "decembrie", "desember", "dez", "dezember", "dezembro", "dic", "dicembre", "diciembre",
    "dienstag", "dimanche", "dinsdag", "domenica", "domingo", "donderdag", "donnerstag", "dubna", "duminică", "déc",
    "décembre", "ekim", "ene", "enero", "eylül", "feb", "febbraio", "feber", "febrero", "februar", "februari",
    "februarie", "february", "fev", "fevereiro", "fredag", "freitag", "fri", "friday", "fév", "févr", "février",
    "gen", "gennaio", "giovedì", "giu", "giugno", "grudnia", "haziran", "ianuarie", "iulie", "iunie", "jan",
    "janeiro", "januar", "januari", "january", "janv", "janvier", "jeudi", "joi", "jueves", "juil", "juillet", "juin",
    "jul", "julho", "juli", "julio", "july", "jumat", "jun", "june", "junho", "juni", "junio", "jänner", "kamis",
    "kasim", "května", "kwietnia", "ledna", "lipca", "listopada", "listopadu", "lug", "luglio", "lundi", "lunedì",
    "lunes", "luni", "lutego", "lördag", "maandag", "maart", "mag", "maggio", "mai", "maio", "maj", "maja", "mar",
    "marca", "march", "mardi", "maret", "mars", "mart", "martedì", "martes", "martie", "marzo", "março", "marți",
    "may", "mayis", "mayo", "mei", "mercoledì", "mercredi", "miercuri", "minggu", "mittwoch", "miércoles", "mon",
    "monday", "montag", "mrz", "mär", "märz", "måndag", "neděle", "niedziela", "nisan", "noiembrie", "nov",
    "november", "novembre", "novembro", "noviembre", "ocak", "oct", "october", "octobre", "octombrie", "octubre",
    "okt", "oktober", "onsdag", "ott", "ottobre", "out", "outubro", "pazar", "pazartesi", "października", "perşembe",
    "piątek", "pondělí", "poniedziałek", "prosince", "pátek", "quarta", "quinta", "rabu", "sabato", "sabtu", "sali",
    "samedi", "samstag", "sat", "saturday", "segunda", "selasa", "senin", "sep", "sept", "september", "septembre",
    "septembrie", "septiembre", "set", "setembro", "settembre", "sexta", "sierpnia", "sobota", "sonnabend", "sonntag",
    "srpna", "stycznia", "středa", "sun", "sunday", "sábado", "sâmbătă", "söndag", "temmuz", "terça", "thu", "thur",
    "thurs", "thursday", "tisdag", "torsdag", "tue", "tues", "tuesday", "vendredi", "venerdì", "viernes", "vineri",
    "vrijdag", "wed", "wednesday", "woensdag", "września", "wtorek", "zaterdag", "zondag", "září", "çarşamba",
    "února", "úterý", "července", "června", "čtvrtek", "října", "środa", "şubat", "απριλίου", "αυγούστου",
    "δεκεμβρίου", "δευτέρα", "ιανουαρίου", "ιουλίου", "ιουνίου", "κυριακή", "μαΐου", "μαρτίου", "νοεμβρίου",
    "οκτωβρίου", "πέμπτη", "παρασκευή", "σάββατο", "σεπτεμβρίου", "τετάρτη", "τρίτη", "φεβρουαρίου", "августа",
    "апреля", "березня", "вересня", "воскресенье", "вторник", "вівторок", "грудня", "декабря", "жовтня", "июля",
    "июня", "квітня", "липня", "листопада", "лютого", "марта", "мая", "неділя", "ноября", "октября", "п'ятниця",
    "понедельник", "понеділок", "пятница", "сентября", "середа", "серпня", "среда", "суббота", "субота", "січня",
    "травня", "февраля", "червня", "четвер", "четверг", "января", "أبريل", "أغسطس", "أكتوبر", "الأحد", "الأربعاء",
    "الاثنين", "الثلاثاء", "الجمعة", "الخميس", "السبت", "ديسمبر", "سبتمبر", "فبراير", "مارس", "مايو", "نوفمبر",
    "يناير", "يوليو", "يونيو", "अक्टूबर", "अगस्त", "अप्रैल", "गुरुवार", "जनवरी", "जुलाई", "जून", "दिसंबर", "नवंबर",
    "फरवरी", "बुधवार", "मंगलवार", "मई", "मार्च", "रविवार", "शनिवार", "शुक्रवार", "सितंबर", "सोमवार", "กรกฎาคม",
    "กันยายน", "กุมภาพันธ์", "ตุลาคม", "ธันวาคม", "พฤศจิกายน", "พฤษภาคม", "มกราคม", "มิถุนายน", "มีนาคม", "สิงหาคม",
    "เมษายน",
];

/// True for the folded name, or its usual short form, of a month or a weekday in one of the languages that rules are shipped for.
pub(super) fn is_month_or_day(folded: &str) -> bool {
    NAMES.binary_search(&folded).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::*;

    #[test]
    fn names_are_folded_and_in_order() {
        assert!(NAMES.is_sorted());
        for name in NAMES {
            assert_eq!(fold(name), name);
            assert!(is_month_or_day(name));
        }
        assert!(!is_month_or_day("moon"));
    }
}
