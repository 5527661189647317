//! Labels that rules know, in the forms in which an article sets its own lines: headings, entries, quotations, verses, values, examples.

use dechaff::Cleaner;

const ENGLISH: [&str; 2] = [
    "The bridge over the mill stream is open again, the town said on Friday after two years of repairs that cost more than the council had \
     planned. The first to cross was a postman on his bicycle, who had missed the short way to the farms.",
    "Behind him came the school bus, two tractors and a woman with a pram, in which lay the clock of the old tower. The mayor spoke for four \
     minutes and then gave the bridge back to the people who use it every day of the year.",
];
const FRENCH: [&str; 2] = [
    "Le pont sur le ruisseau du moulin est de nouveau ouvert, a dit la ville vendredi, après deux ans de travaux qui ont coûté plus que le \
     conseil ne le pensait. Le premier à le passer fut un facteur sur son vélo, à qui manquait le chemin court vers les fermes.",
    "Derrière lui vinrent le car de l'école, deux tracteurs et une femme avec un landau, dans lequel était couchée l'horloge de la vieille \
     tour. Le maire a parlé quatre minutes, puis il a rendu le pont aux gens qui le prennent chaque jour de l'année.",
];
const GERMAN: [&str; 2] = [
    "Die Brücke über den Mühlbach ist wieder offen, teilte die Stadt am Freitag mit, nach zwei Jahren Arbeit, die mehr gekostet hat, als der \
     Rat gedacht hatte. Als Erster fuhr ein Briefträger auf seinem Rad hinüber, dem der kurze Weg zu den Höfen gefehlt hatte.",
    "Hinter ihm kamen der Schulbus, zwei Traktoren und eine Frau mit einem Kinderwagen, in dem die Uhr des alten Turms lag. Der Bürgermeister \
     sprach vier Minuten und gab die Brücke dann den Leuten zurück, die sie an jedem Tag des Jahres nutzen.",
];

fn clean(text: &str) -> String {
    let cleaner = Cleaner::builder().ignore(["page"]).build().expect("built-in rules");
    let cleaned = cleaner.clean(text);
    assert!(cleaned.held().is_none(), "{:?}", cleaned.held());
    cleaned.text().into_owned()
}

/// Texts in which `{1}` and `{2}` stand for paragraphs, with those put in.
fn texts<'t>(prose: [&'t str; 2], forms: &'t [&'t str]) -> impl Iterator<Item = String> + 't {
    forms.iter().map(move |form| form.replace("{1}", prose[0]).replace("{2}", prose[1]))
}

#[track_caller]
fn stay(prose: [&str; 2], forms: &[&str]) {
    for text in texts(prose, forms) {
        assert_eq!(clean(&text), text);
    }
}

/// Lines of these texts go that begin with `-`; the sign itself does not stand there.
#[track_caller]
fn go(prose: [&str; 2], forms: &[&str]) {
    for text in texts(prose, forms) {
        let line = |line: &str| line.strip_prefix('-').unwrap_or(line).to_owned() + "\n";
        let page: String = text.lines().map(line).collect();
        let wanted: String =
            text.lines().filter(|line| !line.starts_with('-')).map(|line| line.to_owned() + "\n").collect();
        assert_eq!(clean(&page), wanted);
    }
}

#[test]
fn a_label_of_other_articles_heads_headlines_and_no_sentence() {
    stay(
        ENGLISH,
        &[
            "{1}\n\n{2}\n\nYou may also like\nServe with dark bread.\nA Cake for the Second Day\n",
            "{1}\n\n{2}\n\nYou may also like\nServe it with a slice of dark bread and a spoon of sour cream.\n",
            "{1}\n\n{2}\n\nRead next\nFirst chapter four, my sister said.\nThen chapter one\n",
        ],
    );
    stay(FRENCH, &["{1}\n\n{2}\n\nÀ lire aussi :\nLe bac est parti.\nEt le moulin aussi\n"]);
    stay(
        GERMAN,
        &[
            "{1}\n\n{2}\n\nDas könnte Sie auch interessieren\nDazu passt dunkles Brot.\nEin Kuchen für den zweiten Tag\n",
        ],
    );
    go(
        ENGLISH,
        &[
            "{1}\n\n{2}\n-\n-You may also like\n-Ferry Line Buys Two Electric Boats\n-Who Pays for the Harbour Wall?\n",
            "{1}\n\n{2}\n-\n-You may also like\n-Who Pays for the Harbour Wall?\n-Ferry Line Buys Two Electric Boats\n",
        ],
    );
}

#[test]
fn a_marked_label_above_prose_is_a_heading_among_others() {
    stay(
        ENGLISH,
        &[
            "# A village paper\n\n## The paper\n\n{1}\n\n## Advertisement\n\n{2}\n\n## Share this story\n\n{1}\n",
            "1. The paper\n\n{1}\n\n2. Advertisement\n\n{2}\n\n3. Share this story\n\n{1}\n",
            "**The paper**\n\n{1}\n\n**Advertisement**\n\n{2}\n\n**The press**\n\n{1}\n",
        ],
    );
    stay(FRENCH, &["# Un journal\n\n## Le journal\n\n{1}\n\n## Publicité\n\n{2}\n\n## À lire aussi\n\n{1}\n"]);
    stay(GERMAN, &["# Eine Zeitung\n\n## Die Zeitung\n\n{1}\n\n## Anzeige\n\n{2}\n\n## Teilen\n\n{1}\n"]);
    go(ENGLISH, &["## The paper\n\n{1}\n-\n-Advertisement\n\n{2}\n", "{1}\n-\n-**Advertisement**\n\n{2}\n"]);
}

#[test]
fn labels_with_a_text_below_each_are_entries() {
    stay(
        ENGLISH,
        &[
            "What the buttons say\n\n{1}\n\nSubscribe to our newsletter\nSends you a letter each week.\n\nYou may also like\nOpens a list of \
             other pages.\n\nShare this article\nSends the page to a friend.\n",
            "{1}\n\nAdvertisement\nA space that somebody pays for.\nNewsletter\nA letter that many people get on the same day.\nRelated \
             articles\nWhat an editor thinks that you want to read next.\n",
            "How a village paper lives\n\nThe paper\n\n{1}\n\nAdvertisement\n\n{2}\n\nThe press\n\n{1}\n\nThe readers\n\n{2}\n",
        ],
    );
    stay(
        FRENCH,
        &[
            "{1}\n\nGrandes lettres\nRend tous les mots plus grands.\nLire la suite\nOuvre le reste de la page.\nÀ lire aussi\nOuvre une liste \
           d'autres pages.\n",
        ],
    );
    stay(
        GERMAN,
        &[
            "{1}\n\nGroße Schrift\nMacht alle Wörter größer.\nNewsletter abonnieren\nSchickt jede Woche einen Brief.\nArtikel teilen\nSchickt \
           die Seite an einen Freund.\n",
        ],
    );
    // The page's labels between paragraphs.
    go(ENGLISH, &["{1}\n-\n-Advertisement\n\n{2}\n-\n-Share this article\n\n{1}\n-\n-Related articles\n\n{2}\n"]);
    go(ENGLISH, &["{1}\n-\n-Advertisement\n\n{2}\n-\n-Advertisement\n\n{1}\n-\n-Advertisement\n\n{2}\n"]);
}

#[test]
fn what_a_letter_quotes_stays() {
    stay(
        ENGLISH,
        &[
            "Hi Anna,\n\n{1}\n\n> Read more\n> Share this article\n\nI would take these two out.\n\n{2}\n\n> Advertisement\n\nThis one too.\n",
            "{1}\n\nOn Friday Jonas wrote:\n\n> Leave a comment\n> Subscribe to our newsletter\n\n{2}\n",
            "{1}\n\n> Take the box out of the page.\n> Related articles\n> Read more\n\n{2}\n",
        ],
    );
    stay(
        FRENCH,
        &["Bonjour Anne,\n\n{1}\n\n> Lire la suite\n> Partager cet article\n\nJe les ôterais de la page.\n\n{2}\n"],
    );
    stay(GERMAN, &["Liebe Anna,\n\n{1}\n\n> Weiterlesen\n> Artikel teilen\n\nDie beiden würde ich herausnehmen.\n"]);
    go(ENGLISH, &["{1}\n-\n-> Read more\n-> Share this article\n\n{2}\n"]);
}

#[test]
fn a_verse_stays_in_its_stanza_and_a_word_in_its_list() {
    stay(
        ENGLISH,
        &[
            "{1}\n\nThe lamp is low\nThe door ajar\nThe rain comes slow\nRead more\n\nThe ink is dry\nThe page is torn\nThe night goes by\nClose\n",
            "The lamp is low\nThe door ajar\nThe rain comes slow\nRead more\n\nThe ink is dry\nThe page is torn\nThe night goes by\nPrint\n",
            "The words of the week, as the class wrote them down on the board.\n\npaint\nprint\npoint\npint\n",
        ],
    );
    stay(
        FRENCH,
        &[
            "{1}\n\nLa lampe est basse\nLa porte entrouverte\nLa pluie qui passe\nLire la suite\n\nL'encre est sèche\nLa page est morte\nLa nuit \
           se pèche\nFermer\n",
        ],
    );
    stay(
        GERMAN,
        &[
            "{1}\n\nDie Lampe brennt leise\nDie Tür steht weit\nDer Regen geht Kreise\nWeiterlesen\n\nDie Tinte ist trocken\nDas Blatt ist \
           leer\nDie Uhren hocken\nSchließen\n",
        ],
    );
    // A button of each entry of a list, and buttons beside each other.
    go(ENGLISH, &["{1}\n\n{2}\n-\n-Share\n-Print\n-Close\n"]);
}

#[test]
fn values_stay_below_a_marked_heading_of_an_article_with_sections() {
    stay(ENGLISH, &["## The window\n\n{1}\n\n{2}\n\n## Values of the field\n\nOK\nYes\nNo\nClose\n"]);
    stay(ENGLISH, &["**The window**\n\n{1}\n\n**Entries of its menu**\n\nPrint\nSave\nShare\nLog in\n"]);
    stay(FRENCH, &["## La fenêtre\n\n{1}\n\n{2}\n\n## Valeurs du champ\n\nOui\nNon\nImprimer\nFermer\n"]);
    stay(GERMAN, &["## Das Fenster\n\n{1}\n\n{2}\n\n## Werte des Feldes\n\nJa\nNein\nDrucken\nSchließen\n"]);
}

#[test]
fn a_source_stays_with_its_value() {
    stay(
        ENGLISH,
        &[
            "{1}\n\n{2}\n\nType:\nSpring\n\nUnit:\nLitres\n\nSource:\nLimestone\n",
            "{1}\n\n{2}\n\nType\nSpring\n\nSource\nHill Farm\n",
        ],
    );
    stay(FRENCH, &["{1}\n\n{2}\n\nType :\nRuisseau\nLongueur :\n9 km\nSource :\nMont Gris\n"]);
    stay(GERMAN, &["{1}\n\n{2}\n\nTyp\nQuellbach\nLänge\n9 km\nQuelle\nHofberg\n"]);
    go(ENGLISH, &["{1}\n\n{2}\n-\n-Source:\n"]);
}

#[test]
fn an_example_stays_below_the_sentence_that_announces_it() {
    stay(
        ENGLISH,
        &[
            "{1}\n\nTo show a form, write this where it should stand:\n\n[contact-form-7 id=\"12\" title=\"Form\"]\n\n{2}\n",
            "{1}\n\nThe old plugin put a row at the end of each page:\n\nShare this: Facebook Twitter\n\n{2}\n",
        ],
    );
    stay(FRENCH, &["{1}\n\nPour montrer trois images, écrivez ceci :\n\n[gallery ids=\"12,14,20\"]\n\n{2}\n"]);
    stay(
        GERMAN,
        &["{1}\n\nSo zeigt man drei Bilder, und zwar mit dieser Zeile:\n\n[gallery ids=\"12,14,20\"]\n\n{2}\n"],
    );
    go(ENGLISH, &["{1}\n-\n-[gallery ids=\"12,14,20\"]\n\n{2}\n"]);
}
