/**
 * Which words speak of whom, in English and German. Closed classes only: whoever is named is the directory's business, and
 * whatever is in neither is a stranger. Lower case.
 */
const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Pronouns that may stand for a person who was just named. */
export const PRONOUNS = words(`
  he him his himself she her hers herself they them their theirs themselves
  er ihm ihn sein seine seinem seinen seiner seines sie ihr ihre ihrem ihren ihrer ihres ihnen deren dessen
`);

/** Other people, whoever they are. */
const OTHERS = words(`
  someone somebody anyone anybody everyone everybody others other another else each either both neither nobody's
  everyones everybodys someones somebodys anyones
  person persons people folk folks human individual guy guys dude bloke chap lad lads lass man men woman women boy girl kid kids gentleman lady
  mr mrs ms miss dr sir madam
  employee employees staff staffer staffers workforce worker workers coworker coworkers co-worker co-workers colleague colleagues
  teammate teammates team-mate team-mates mate mates buddy pal friend friends peer peers neighbour neighbours neighbor neighbors deskmate
  boss bosses manager managers supervisor supervisors superior superiors lead leads leader leaders leadership management exec execs executive executives
  director directors president vp vps svp evp chief chiefs head heads ceo cfo cto coo cio cmo chro founder founders owner owners partner partners board
  chairman chairwoman chair principal principals senior seniors junior juniors
  subordinate subordinates report reports deputy successor predecessor assistant assistants secretary
  intern interns apprentice apprentices trainee trainees student students graduate graduates newcomer newcomers newbie hire hires joiner joiners
  contractor contractors freelancer freelancers consultant consultants temp temps agency candidate candidates applicant applicants
  engineer engineers developer developers dev devs programmer programmers designer designers analyst analysts tester testers architect architects
  accountant accountants salesperson salespeople rep reps recruiter recruiters receptionist receptionists cleaner cleaners janitor driver drivers nurse nurses
  cook cooks clerk clerks admin admins operator operators officer officers specialist specialists auditor auditors lawyer lawyers
  wife husband spouse fiance fiancee girlfriend boyfriend mum mom mother dad father parent parents son daughter child children brother sister sibling
  cousin uncle aunt ex
  team teams crew squad department departments division group groups
  vs versus compared comparison
  jemand jemanden jemandem jemandes irgendwer irgendwen niemand jeder jedem jedermann andere anderen anderer anderem anderes beide beiden
  alle aller allen
  mensch menschen person personen leute leuten typ typen kerl mann männer frau frauen herr herrn herren dame junge mädchen
  mitarbeiter mitarbeitern mitarbeiters mitarbeiterin mitarbeiterinnen mitarbeitende mitarbeitenden angestellte angestellten angestellter belegschaft personal
  beschäftigte beschäftigten arbeiter arbeitnehmer kollege kollegen kollegin kolleginnen kumpel freund freundin freunde freunden nachbar nachbarn nachbarin
  chef chefs chefin chefinnen boss vorgesetzte vorgesetzten vorgesetzter manager managers managerin führungskraft führungskräfte leiter leiterin leitung
  teamleiter teamleiterin abteilungsleiter abteilungsleiterin geschäftsführer geschäftsführerin geschäftsführung geschäftsleitung vorstand vorstands vorstände
  direktor direktorin inhaber gründer betriebsrat
  azubi azubis auszubildende auszubildenden praktikant praktikanten praktikantin werkstudent werkstudenten werkstudentin student studenten aushilfe aushilfen
  freelancer berater beraterin bewerber bewerberin bewerbern neue neuer neuen neuling
  entwickler entwicklern entwicklerin ingenieur ingenieure ingenieurin buchhalter putzkraft reinigungskraft fahrer
  ehefrau ehemann mutter vater eltern sohn tochter kind kinder bruder schwester
  team teams abteilung abteilungen gruppe mannschaft verglichen vergleich
`);

/** Not somebody else, but not the asker alone either: with such a word a question without an owner is not about the asker. */
export const COLLECTIVE = words(`
  all every list overview table sheet spreadsheet payroll salaries payslips paychecks bonuses wages earnings pays company firm office floor average mean median
  highest lowest top most ranking rank range ranges band bands who whom whose whos we us our ours does has earns makes gets receives got
  a an one that this those these your yours
  jede jeden jedes sämtliche sämtlicher liste übersicht tabelle gehälter gehältern löhne löhnen boni prämien gehaltsabrechnungen lohnzettel firma unternehmen büro
  durchschnitt durchschnittlich durchschnittsgehalt wer wen wem wessen wir uns unser unsere unserem unseren unserer verdient bekommt kriegt erhält hat
  ein eine einer eines einem einen dein deine
`);

/** Whoever one reports to. */
export const MANAGER = words(`
  manager boss supervisor superior lead leader chef chefin vorgesetzte vorgesetzter vorgesetzten führungskraft teamleiter teamleiterin managerin
`);

/** What questions about who reports to whom are made of; there they name the relation asked for, and nobody. */
export const RELATION = new Set([
  ...MANAGER,
  ...words(`
    managers team teams report reports group people person somebody anyone team-lead members mitarbeiter mitarbeitern leute leuten teammitglieder
    führungskräfte gruppe who whom whos wer wen wem
  `),
]);

export const isOthers = (word: string): boolean => OTHERS.has(word) || PRONOUNS.has(word);

export const MINE = words('my mine myself mein meine meinem meinen meiner meines');

/** Between "my" and the thing that is mine. */
export const QUALITIES = words(`
  own direct latest last current currently remaining outstanding open recent most next previous first old new personal total annual yearly monthly weekly actual full
  whole active pending upcoming planned base gross net work company corporate
  eigene eigenen eigener letzte letzten letzter letztes aktuelle aktuellen aktueller aktuelles restliche restlichen verbleibende verbleibenden offene offenen
  neue neuen neuer neueste neuesten nächste nächsten nächster vorige vorigen gesamte gesamten geplante geplanten jährliche monatliche noch
`);

/** Verbs whose subject "I" owns what is asked about: "do I", "I have", "habe ich". */
export const OWNER_BEFORE_I = words(`
  do did am was have had will would
  habe hab hatte hätte verdiene verdien verdiente bekomme bekomm bekam kriege krieg kriegte erhalte erhielt nehme nutze bin war berichte führe nahm
`);
export const OWNER_AFTER_I = words(`
  have 've had earn make get got receive received took take booked own hold report manage earned made was
  habe hab hatte verdiene verdien verdiente bekomme bekomm bekam kriege krieg kriegte erhalte erhielt berichte führe
`);
/** After "I have", "am I", "do I": then it is a request. */
export const REQUEST = words(`
  question questions permission allowed entitled permitted authorised authorized cleared request know see find look ask access heard
  frage fragen erlaubnis gehört berechtigt befugt recht zugriff
`);
/** Before "me" or "mir": it is about me. Elsewhere it is who is to be told. */
export const OWNER_BEFORE_ME = words(
  'about pay pays paid owe owes owed bei von bleibt bleiben steht stehen zusteht wurde wurden gehört gehören',
);

/** Before "'s": then it is "is" or no person. */
export const NOT_POSSESSIVE = words(`
  what it that how where when there here let today tomorrow yesterday year month week company who whats
`);

export const AND = words('and or plus und oder sowie');

/** Courtesies, requests and times: strangers to most packs, and nobody. */
export const HARMLESS = words(`
  can could would will may might should show tell give send open see let want need like know find get check look
  kann kannst können könnten könntest darf möchte will würde zeig zeige zeigen sag sagen gib geben schick schicken nenne nennen
  hi hello hey please pls plz thanks thank thx cheers morning afternoon evening good ok okay so just quickly quick now today tomorrow asap the of for on in at to is
  hallo bitte danke moin guten tag morgen servus mal eben kurz jetzt heute
  january february march april may june july august september october november december
  monday tuesday wednesday thursday friday saturday sunday christmas easter
  januar februar märz mai juni juli oktober dezember
  montag dienstag mittwoch donnerstag freitag samstag sonntag weihnachten ostern
`);
