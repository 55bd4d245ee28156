import { type PersonWords, words } from './shape.ts';

export const en: PersonWords = {
  pronouns: words('he him his himself she her hers herself they them their theirs themselves'),
  singular: words('he him his himself she her hers herself'),
  others: words(`
    someone somebody anyone anybody whoever whomever everyone everybody others other another else each either both neither nobody's
    everyones everybodys someones somebodys anyones
    person persons people folk folks human guy guys dude bloke chap lad lads lass man men woman women boy girl kid kids gentleman lady
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
  `),
  collective: words(`
    all every list overview table sheet spreadsheet payroll salaries payslips paychecks bonuses wages earnings pays company firm office floor average mean median
    highest lowest top most ranking rank range ranges band bands who whom whose whos earns makes gets receives got one
  `),
  common: words('we us our ours does has a an that this those these your yours'),
  managers: words('manager boss supervisor superior lead leader'),
  reports: words('team reports people staff subordinates crew squad'),
  members: words(
    'everyone everybody anyone anybody someone somebody each person people members member all of folks employees',
  ),
  relation: words(
    'managers team teams report reports group people person folk folks somebody anyone deputy substitute stand-in department departments division team-lead members who whom whos',
  ),
  my: words('my'),
  mine: words('mine myself'),
  qualities: words(`
    own direct latest last current currently remaining outstanding open recent most next previous first old new personal total annual yearly monthly weekly actual full
    whole active pending upcoming planned base gross net work company corporate line entire
  `),
  i: words('i'),
  beforeI: words('do did am was have had will would'),
  afterI: words(
    "have 've had earn make get got receive received took take booked own hold report manage earned made was",
  ),
  ownVerbs: words(''),
  me: words('me'),
  beforeMe: words('about pay pays paid owe owes owed'),
  toMe: words(''),
  afterToMe: words(''),
  request: words(
    'question questions permission allowed entitled permitted authorised authorized cleared request know see find look ask access heard',
  ),
  articles: words('the a an this that'),
  of: words('of'),
  and: words('and or plus & +'),
  than: words('than as'),
  degrees: words('more less fewer better higher lower bigger smaller much many same equal'),
  earlier: words('last this before usual usually expected previously possible soon well'),
  times: words(`
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday
  `),
  beforeTimes: words('in for of from since until till by last next this on during'),
  harmless: words(`
    can could would will may might should show tell give send open see let want need like know find get check look
    hi hello hey please pls plz thanks thank thx cheers morning afternoon evening good ok okay so just quickly quick now today tomorrow asap the of for on in at to is
    christmas easter feb apr jul aug sep sept oct nov dec
  `),
};
