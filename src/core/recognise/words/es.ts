import { accented, type PersonWords, words } from './shape.ts';

export const es: PersonWords = {
  // "el" without its accent is an article.
  pronouns: words('él ella ellos ellas su sus suyo suya suyos suyas'),
  // "su" may be of him, of her, of them, or yours.
  singular: words('él ella su sus suyo suya suyos suyas'),
  others: accented(`
    alguien nadie cualquiera otro otra otros otras demás gente persona personas individuo tío tía chico chica chicos chicas hombre hombres mujer mujeres
    señor señora señores señorita sr sra srta doña
    empleado empleada empleados empleadas trabajador trabajadora trabajadores trabajadoras plantilla operario operarios
    compañero compañera compañeros compañeras colega colegas amigo amiga amigos amigas vecino vecina vecinos vecinas
    jefe jefa jefes jefas responsable responsables gerente gerentes supervisor supervisora supervisores encargado encargada encargados superior superiores
    director directora directores directivo directiva directivos presidente presidenta dueño dueña fundador fundadora socio socia socios mandos líder líderes
    manager managers subordinado subordinada subordinados colaborador colaboradora colaboradores sustituto sustituta sucesor sucesora predecesor
    asistente asistentes secretario secretaria secretarios becario becaria becarios aprendiz aprendices practicante practicantes estudiante estudiantes
    candidato candidata candidatos consultor consultora consultores ingeniero ingeniera ingenieros desarrollador desarrolladora desarrolladores
    programador programadora programadores contable contables vendedor vendedora vendedores analista analistas recepcionista conductor
    marido esposo esposa pareja novio novia padre madre padres papá mamá hijo hija hijos hijas hermano hermana hermanos
    equipo departamento departamentos grupo grupos miembro miembros comparado comparada comparación
  `),
  collective: accented(`
    todos todas lista listado tabla resumen sueldos salarios nóminas pagas primas empresa compañía oficina media medio promedio mediana máximo mejor
    quién quien quiénes quienes gana ganan cobra cobran percibe perciben recibe reciben pagan pagaron pagamos
  `),
  common: accented(
    'nosotros nosotras nuestro nuestra nuestros nuestras tiene tienen un una uno unos unas este esta ese esa tus vuestro vuestra',
  ),
  managers: accented(`
    jefe jefa responsable gerente supervisor supervisora encargado encargada superior superiora manager líder
  `),
  reports: accented(`
    equipo gente subordinados colaboradores empleados empleadas reportes trabajadores
  `),
  members: accented('alguien cada persona personas gente miembros miembro todos todas'),
  relation: accented(`
    sustituto sustituta suplente departamento
    equipo jefe jefa jefes responsable responsables manager managers supervisor supervisora gente persona personas miembros grupo subordinados colaboradores reportes
    quién quien quiénes alguien
  `),
  my: words('mi mis'),
  mine: accented('mío mía míos mías'),
  qualities: accented(`
    propio propia propios último última últimos últimas próximo próxima próximos actual actuales nuevo nueva nuevos antiguo primer primera
    total anual anuales mensual mensuales bruto bruta neto neta restante restantes pequeño
  `),
  i: words('yo'),
  beforeI: accented('gano cobro tengo percibo gané cobré tuve tenía recibo'),
  afterI: accented('gano cobro tengo percibo gané cobré tuve tenía recibo'),
  ownVerbs: accented(`
    gano cobro tengo percibo gané cobré ganaba cobraba tenía tuve tendré ganaré cobraré disfruto dispongo reservé solicité pedí gasté presenté dependo dependía pago trabajé saqué llevo viajo vuelvo mandé subí elegí falté
    avisé apunté aporto sigo
  `),
  me: words('mí'),
  beforeMe: words('sobre de a para'),
  toMe: words('me'),
  afterToMe: accented(`
    queda quedan quedaba quedaban quedará quedarán debe deben toca tocan tocaba corresponde corresponden paga pagan pagáis pagaron pagarán pagaban ingresan dan dieron da dará darán subieron suben subían revisan aplican
    rechazaron aprobaron cerraron cubre cubren suma suman sale salen llega llegan alcanza conceden concedieron denegaron asignaron descuenta
    ingresa ingresaron ingresarán abonan abonaron falta faltan descuentan descontaron retienen retuvieron pertenece pertenecen
  `),
  request: accented(
    'pregunta preguntas duda dudas permiso permitido autorizado autorizada autorización acceso saber ver conocer mirar preguntar consultar curiosidad',
  ),
  articles: words('el la los las lo un una unos unas del al este esta ese esa aquel aquella'),
  of: words('de del'),
  and: words('y e o u ni'),
  than: words('que como'),
  degrees: accented('más menos mismo misma mejor mayor menor tanto igual superior inferior alto'),
  earlier: accented(
    'mes año antes ayer pasado pasada previsto esperado normal habitual siempre nunca posible debería semana trimestre anterior',
  ),
  times: accented(`
    enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo
  `),
  beforeTimes: accented('en de desde hasta para mes el del por'),
  harmless: accented(`
    hola buenos buenas tardes noches gracias favor porfa porfavor puedes puede podrías podría podéis dime dígame dame deme enséñame enséñeme muéstrame muéstreme
    muestra enseña manda mándame envíame quiero quisiera necesito querría gustaría saber ver de la el los las lo del al en a es qué cuál cuáles cuánto cuánta
    cuántos cuántas cuándo cómo dónde que para por con se te ti tú usted hoy ahora mañana rápido aún todavía navidad semana ene abr ago sept oct nov dic
  `),
};
