import { type PersonWords, words } from './shape.ts';

export const de: PersonWords = {
  pronouns: words(`
    er ihm ihn sein seine seinem seinen seiner seines sie ihr ihre ihrem ihren ihrer ihres ihnen deren dessen
  `),
  singular: words('er ihm ihn sein seine seinem seinen seiner seines sie ihr ihre ihrem ihren ihrer ihres dessen'),
  others: words(`
    jemand jemanden jemandem jemandes derjenige diejenige derjenigen denjenigen irgendwer irgendwen niemand jeder jedem jedermann andere anderen anderer anderem anderes beide beiden
    alle aller allen
    mensch menschen person personen leute leuten typ typen kerl mann männer frau frauen herr herrn herren dame junge mädchen
    mitarbeiter mitarbeitern mitarbeiters mitarbeiterin mitarbeiterinnen mitarbeitende mitarbeitenden angestellte angestellten angestellter belegschaft personal
    beschäftigte beschäftigten arbeiter arbeitnehmer kollege kollegen kollegin kolleginnen kumpel freund freundin freunde freunden nachbar nachbarn nachbarin
    chef chefs chefin chefinnen boss vorgesetzte vorgesetzten vorgesetzter manager managers managerin führungskraft führungskräfte leiter leiterin leitung
    teamleiter teamleiterin abteilungsleiter abteilungsleiterin geschäftsführer geschäftsführerin geschäftsführung geschäftsleitung vorstand vorstands vorstände
    direktor direktorin inhaber gründer betriebsrat untergebene untergebenen
    azubi azubis auszubildende auszubildenden praktikant praktikanten praktikantin werkstudent werkstudenten werkstudentin student studenten aushilfe aushilfen
    freelancer berater beraterin bewerber bewerberin bewerbern neue neuer neuen neuling
    entwickler entwicklern entwicklerin ingenieur ingenieure ingenieurin buchhalter putzkraft reinigungskraft fahrer
    ehefrau ehemann mutter vater eltern sohn tochter kind kinder bruder schwester
    team teams abteilung abteilungen gruppe mannschaft verglichen vergleich
    fuehrungskraft fuehrungskraefte geschaeftsfuehrer geschaeftsfuehrung
  `),
  collective: words(`
    jede jeden jedes sämtliche sämtlicher liste übersicht tabelle gehälter gehältern löhne löhnen boni prämien gehaltsabrechnungen lohnzettel firma unternehmen büro
    durchschnitt durchschnittlich durchschnittsgehalt wer wen wem wessen verdient verdienen bekommt kriegt erhält
  `),
  common: words('wir uns unser unsere unserem unseren unserer hat ein eine einer eines einem einen dein deine'),
  managers: words(`
    manager chef chefs chefin boss vorgesetzte vorgesetzter vorgesetzten führungskraft fuehrungskraft teamleiter teamleiterin managerin
  `),
  reports: words(`
    team teams mannschaft mitarbeiter mitarbeitern mitarbeiterin mitarbeiterinnen mitarbeitende mitarbeitenden leute leuten untergebene untergebenen
  `),
  members: words(
    'jemand jemanden jemandem jeder jedem alle aller allen leute leuten person personen mitglieder mitglied teammitglieder',
  ),
  relation: words(
    'mitarbeiter mitarbeitern leute leuten teammitglieder führungskräfte gruppe vertretung vertreter vertreterin stellvertreter stellvertreterin abteilung bereich wer wen wem',
  ),
  my: words('mein meine meinem meinen meiner meines'),
  mine: words(''),
  qualities: words(`
    eigene eigenen eigener letzte letzten letzter letztes aktuelle aktuellen aktueller aktuelles restliche restlichen verbleibende verbleibenden offene offenen
    neue neuen neuer neueste neuesten nächste nächsten nächster vorige vorigen gesamte gesamten geplante geplanten jährliche monatliche noch direkte direkten
    direkter ganzes ganzem ganze ganzen
  `),
  i: words('ich'),
  beforeI: words(`
    habe hab hatte hätte verdiene verdien verdiente bekomme bekomm bekam kriege krieg kriegte erhalte erhielt nehme nutze bin war berichte führe nahm
  `),
  afterI: words(`
    habe hab hatte verdiene verdien verdiente bekomme bekomm bekam kriege krieg kriegte erhalte erhielt berichte führe
  `),
  ownVerbs: words(''),
  me: words('mir mich'),
  beforeMe: words('bei von bleibt bleiben steht stehen zusteht wurde wurden gehört gehören'),
  toMe: words(''),
  afterToMe: words(''),
  request: words('frage fragen erlaubnis gehört berechtigt befugt recht zugriff'),
  articles: words(`
    der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner keines im am vom zum zur beim für
    dieser diese diesen diesem dieses
  `),
  of: words('von vom'),
  and: words('und oder sowie'),
  than: words('als wie'),
  degrees: words('mehr weniger besser viel höher niedriger geringer größer kleiner gut hoch'),
  earlier: words(`
    letzte letzten letzter letztes letztem vor vorher sonst im vorige vorigen voriger voriges vorigem diese diesen dieser dieses diesem
    üblich erwartet möglich früher gestern damals
  `),
  times: words(`
    januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag
  `),
  beforeTimes: words('im für vom von seit bis ab letzten nächsten diesen am'),
  harmless: words(`
    kann kannst können könnten könntest darf möchte will würde zeig zeige zeigen sag sagen gib geben schick schicken nenne nennen
    trag trage buch stell stelle reservier reserviere melde
    hallo bitte danke moin guten tag morgen servus mal eben kurz jetzt heute weihnachten ostern okt dez
  `),
};
