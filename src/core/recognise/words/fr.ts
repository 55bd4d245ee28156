import { accented, type PersonWords, words } from './shape.ts';

/** Without its accent it is English for pay. */
const EMPLOYEES = ['salariés', 'salariées'];

export const fr: PersonWords = {
  pronouns: words('il elle ils elles lui leur leurs eux son sa ses sien sienne siens siennes'),
  singular: words('il elle lui son sa ses sien sienne siens siennes'),
  others: new Set([
    ...EMPLOYEES,
    ...accented(`
    quelqu quiconque autrui autre autres chacun chacune personne personnes monde certains certaines gens individu
    homme hommes femme femmes garçon fille mec mecs gars nana bonhomme dame monsieur madame mademoiselle messieurs mesdames mme mlle
    employé employée employés employées salarié salariée ouvrier ouvrière ouvriers ouvrières travailleur travailleurs
    collègue collègues camarade camarades copain copains copine copines pote potes ami amie amis amies voisin voisine voisins voisines confrère
    chef cheffe chefs cheffes patron patronne patrons responsable responsables manager managers manageur manageuse supérieur supérieure supérieurs
    superviseur superviseuse superviseurs encadrant encadrante encadrants dirigeant dirigeante dirigeants directeur directrice directeurs directrices
    gérant gérante gérants président présidente pdg dg drh daf dsi fondateur fondatrice propriétaire associé associée associés cadres
    subordonné subordonnée subordonnés subalterne subalternes collaborateur collaboratrice collaborateurs collaboratrices équipier équipiers
    adjoint adjointe remplaçant remplaçante successeur prédécesseur assistant assistante secrétaire secrétaires
    stagiaire stagiaires apprenti apprentie apprentis alternant alternante alternants étudiant étudiante étudiants intérimaire intérimaires
    débutant débutante débutants recrue recrues consultant consultante consultants prestataire prestataires indépendant indépendants candidat candidate candidats
    ingénieur ingénieure ingénieurs développeur développeuse développeurs comptable comptables vendeur vendeuse vendeurs commerciaux technicien
    technicienne techniciens réceptionniste chauffeur chauffeurs infirmier infirmière analyste analystes
    mari époux épouse conjoint conjointe compagnon compagne fiancé fiancée père mère papa maman parents fils enfant enfants frère frères sœur sœurs cousin cousine
    équipe équipes département départements groupe groupes comparé comparée comparaison
  `),
  ]),
  collective: accented(`
    tous toutes chaque liste tableau récapitulatif salaires paies primes rémunérations fiches entreprise société boîte bureau moyenne moyen médian médiane
    meilleur meilleurs mieux qui dont gagne gagnent touche touchent perçoit perçoivent reçoit reçoivent
  `),
  common: accented('nous notre nos ont un une ce cet cette ces ton ta tes votre vos'),
  managers: accented(`
    responsable manager manageur manageuse chef cheffe patron patronne supérieur supérieure superviseur superviseuse encadrant encadrante boss
  `),
  reports: accented(`
    équipe collaborateurs collaboratrices subordonnés subalternes équipiers gens gars employés
  `),
  members: accented('monde chacun chacune quelqu personne personnes gens membres membre tous toutes'),
  relation: accented(`
    adjoint adjointe remplaçant remplaçante suppléant suppléante département service
    équipe équipes responsables responsable managers manager chef cheffe supérieur supérieure collaborateurs subordonnés gens personne personnes groupe membres qui quelqu
  `),
  my: words('mon ma mes'),
  mine: words('mien mienne miens miennes moi-même'),
  qualities: accented(`
    propre propres dernier dernière derniers dernières prochain prochaine prochains actuel actuelle actuels nouveau nouvelle nouveaux ancien ancienne premier première
    total totale annuel annuelle mensuel mensuelle petit petite petits brut net restant restante restants
  `),
  i: words('je j'),
  beforeI: accented(`
    ai avais aurai aurais gagne gagnais gagnerai touche touchais toucherai perçois percevais reçois recevais suis prends dispose bénéficie
  `),
  afterI: accented(`
    ai avais aurai aurais gagne gagnais gagnerai touche touchais toucherai perçois percevais percevrai reçois recevais recevrai prends pose dispose
    bénéficie cotise possède détiens dépends dépendais étais utilise
  `),
  ownVerbs: words('jai jgagne jtouche'),
  me: words('moi'),
  beforeMe: words('sur concernant chez à pour'),
  toMe: words('me m'),
  afterToMe: accented(`
    reste restait restera restent resteront revient reviennent revenait doit doivent devait paie paye paient payent payez paiera verse versent versez
    manque manquent appartient appartiennent concerne concernent
  `),
  request: accented(
    'question questions demande permission autorisation autorisé autorisée accès besoin envie savoir voir connaître regarder demander consulter',
  ),
  articles: words('le la les l un une du des au aux ce cet cette ces celui celle ceux celles'),
  of: words('de d du'),
  and: words('et ou ainsi'),
  than: words('que qu'),
  degrees: accented('plus moins autant mieux supérieur supérieure inférieur inférieure élevé élevée même'),
  earlier: accented(`
    mois an année hier avant prévu prévue habitude dernier dernière auparavant possible attendu autrefois jamais ce cette ça cela semaine trimestre
  `),
  times: accented(`
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche
  `),
  beforeTimes: accented('en de du d pour depuis jusqu à avant après dès mois le'),
  harmless: accented(`
    bonjour bonsoir salut coucou merci svp stp plaît s t te toi tu vous peux peut pouvez pourrais pourriez puis dis dites montre montrez donne donnez envoie
    envoyez affiche affichez veux voudrais aimerais souhaite savoir voir de la le les l d du des en à au aux y est c quel quelle quels quelles combien
    comment où quand que qu pour sur dans aujourd hui maintenant vite rapidement juste encore noël pâques janv févr avr juil sept oct nov déc
  `),
};
