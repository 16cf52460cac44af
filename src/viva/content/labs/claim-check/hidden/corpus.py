"""Sources and claims about them, written for this lab. Names, dates and amounts are drawn
anew each run.

A slot is a letter and a digit: `{n1}` a number, `{k1}` thousands, `{y1}` a year, `{p1}` a person,
`{t1}` a town, `{d1}` a day; `{n1_}` is another value than `{n1}`, and `{n1*60}` a multiple. A claim
starts with what it is: S said in the source, P said in other words, N another amount, U another unit,
D another date, X the opposite, E another name, A absent from the source.
"""

SOURCES = [
    (
        "The Harrow pumping station was built in {y1}. Its four pumps lift {k1} litres of water a minute"
        " into the upper reservoir. The station does not run at night. {p1} has managed it since {y2}.",
        [
            "S The Harrow pumping station was built in {y1}.",
            "P The pumping station at Harrow was constructed in {y1}.",
            "N The pumps lift {k1_} litres of water a minute.",
            "U The pumps lift {k1} litres of water an hour.",
            "X The station runs at night.",
            "E {p1_} has managed the station since {y2}.",
            "A The station is powered by a gas turbine.",
        ],
    ),
    (
        "In the trial {n1} of {k1} patients on the new drug had headaches. No patient left the study"
        " because of side effects. Blood pressure fell by {n2} percent in the first month. The study was"
        " led by {p1} in {t1}.",
        [
            "S Blood pressure fell by {n2} percent in the first month.",
            "P In the first month, blood pressure dropped by {n2} %.",
            "N Blood pressure fell by {n2_} percent in the first month.",
            "X Blood pressure rose by {n2} percent in the first month.",
            "E The study was led by {p1_}.",
            "P {p1} headed the study in {t1}.",
            "A The drug will be sold in pharmacies next spring.",
        ],
    ),
    (
        "The town library of {t1} lends up to {n1} books at a time. Books may be kept for four weeks."
        " DVDs cannot be renewed. The reading room opens at nine and closes at six.",
        [
            "P Readers may borrow up to {n1} books at once from the library of {t1}.",
            "S Books may be kept for four weeks.",
            "P Books may be kept for 28 days.",
            "U Books may be kept for four months.",
            "X DVDs can be renewed.",
            "S DVDs can't be renewed.",
            "D The reading room opens at ten.",
            "A Children under twelve need the signature of a parent.",
        ],
    ),
    (
        "Release 4.2 of the Quill editor came out on {d1}. It starts {n1} percent faster than the release"
        " before. Plug-ins written for release 3 no longer load. The team of {p1} rewrote the search.",
        [
            "S Release 4.2 of the Quill editor came out on {d1}.",
            "P Quill 4.2 was published on {d1}.",
            "D Release 4.2 of the Quill editor came out on {d1_}.",
            "X Release 4.2 starts slower than the release before.",
            "N Release 4.2 starts {n1_} percent faster than the release before.",
            "E The team of {p1_} rewrote the search.",
            "A The editor is free for schools.",
        ],
    ),
    (
        "The wind farm off {t1} has {n1} turbines, each {n2} metres high. It went into service in {y1}."
        " In its first year it supplied power to {k1} homes. Fishing is forbidden between the turbines.",
        [
            "S The wind farm has {n1} turbines.",
            "P {n1} turbines stand in the wind farm off {t1}.",
            "U Each turbine of the wind farm is {n2} feet high.",
            "N In its first year the wind farm supplied power to {k1_} homes.",
            "X Fishing is allowed between the turbines.",
            "P Fishing is banned between the turbines.",
            "D The wind farm went into service in {y1_}.",
            "A The cable to the shore was damaged by an anchor.",
        ],
    ),
    (
        "Sales of Brandt Tools rose by {n1} percent in the second quarter. Profit fell to {n2} million"
        " euros, since steel became dearer. The board, chaired by {p1}, does not plan to close any plant.",
        [
            "S Sales of Brandt Tools rose by {n1} percent in the second quarter.",
            "P In the second quarter, Brandt Tools' sales grew by {n1} percent.",
            "X Sales of Brandt Tools fell by {n1} percent in the second quarter.",
            "N Profit fell to {n2_} million euros.",
            "U Profit fell to {n2} thousand euros.",
            "X The board plans to close a plant.",
            "E The board is chaired by {p1_}.",
            "A The company bought a rival in Canada.",
        ],
    ),
    (
        "The ferry from {t1} to {t2} takes {n1} minutes. It sails every two hours from April to October."
        " Dogs travel free but must not enter the saloon. Bicycles cost {n2} crowns.",
        [
            "S The ferry takes {n1} minutes.",
            "U The ferry takes {n1} hours.",
            "P The ferry sails every 120 minutes from April to October.",
            "X Dogs must pay to travel.",
            "X Dogs may enter the saloon.",
            "N Bicycles cost {n2_} crowns.",
            "E The ferry from {t1} to {t2_} takes {n1} minutes.",
            "A The ferry carries lorries of up to ten tonnes.",
        ],
    ),
    (
        "Vaccine vials are stored between two and eight degrees. A vial that has been frozen is not used."
        " Once opened, it keeps for {n1} hours. Nurse {p1} checks the refrigerator on Mondays.",
        [
            "S Once opened, a vial keeps for {n1} hours.",
            "N Once opened, a vial keeps for {n1_} hours.",
            "U Once opened, a vial keeps for {n1} days.",
            "X A vial that has been frozen is used.",
            "S A frozen vial isn't used.",
            "P Nurse {p1} inspects the fridge on Mondays.",
            "D Nurse {p1} checks the refrigerator on Fridays.",
            "A Expired vials are burnt in the hospital of {t1}.",
        ],
    ),
    (
        "The lease runs for {n1} months and begins on {d1}. The tenant pays a deposit of {k1} euros. Pets"
        " are not permitted. Repairs under fifty euros are paid by the tenant.",
        [
            "S The lease begins on {d1}.",
            "P The lease starts on {d1}.",
            "D The lease begins on {d1_}.",
            "N The tenant pays a deposit of {k1_} euros.",
            "X Pets are permitted.",
            "P Pets are not allowed.",
            "X Repairs under fifty euros are not paid by the tenant.",
            "P The tenant pays for repairs under 50 euros.",
            "A The landlord may enter with a day's notice.",
        ],
    ),
    (
        "The ridge path from {t1} is {n1} kilometres long and climbs {k1} metres. It is closed in winter."
        " There is no water above the hut. The hut has {n2} beds and is kept by {p1}.",
        [
            "S The ridge path is {n1} kilometres long.",
            "P The ridge path is {n1*1000} metres long.",
            "U The ridge path is {n1} metres long.",
            "N The path climbs {k1_} metres.",
            "X The path is open in winter.",
            "X There is water above the hut.",
            "S There isn't any water above the hut.",
            "E The hut is kept by {p1_}.",
            "A Two guides from the village lead groups across the glacier.",
        ],
    ),
    (
        "The Orlov telescope was moved to {t1} in {y1}. Its mirror is {n1} centimetres wide. It cannot"
        " see the southern sky. In {y2} {p1} used it to find a comet.",
        [
            "S The Orlov telescope was moved to {t1} in {y1}.",
            "E The Orlov telescope was moved to {t1_} in {y1}.",
            "D The Orlov telescope was moved to {t1} in {y1_}.",
            "P The mirror of the telescope is {n1*10} millimetres wide.",
            "U The mirror of the telescope is {n1} metres wide.",
            "X The telescope can see the southern sky.",
            "P In {y2} {p1} discovered a comet with it.",
            "A The dome was painted white by students.",
        ],
    ),
    (
        "Bread at the Lindgren bakery is baked twice a day. The rye loaf weighs {k1} grams and costs {n1}"
        " crowns. The bakery is closed on Sundays. {p1} bought the bakery in {y1}.",
        [
            "S The rye loaf weighs {k1} grams.",
            "N The rye loaf weighs {k1_} grams.",
            "U The rye loaf weighs {k1} kilograms.",
            "X The bakery is open on Sundays.",
            "P The bakery is shut on Sundays.",
            "P {p1} purchased the bakery in {y1}.",
            "E {p1_} bought the bakery in {y1}.",
            "A The flour comes from an organic mill.",
        ],
    ),
    (
        "The survey counted {k1} pairs of lapwings on the marsh, fewer than in {y1}. Foxes took a third"
        " of the nests. No nest was lost to floods. The marsh near {t1} has been protected since {y2}.",
        [
            "S The survey counted {k1} pairs of lapwings on the marsh.",
            "N The survey counted {k1_} pairs of lapwings on the marsh.",
            "X The survey counted more lapwings on the marsh than in {y1}.",
            "X Nests were lost to floods.",
            "D The marsh has been protected since {y2_}.",
            "P The marsh near {t1} has been under protection since {y2}.",
            "E The marsh near {t1_} has been protected since {y2}.",
            "A Volunteers put up a wooden tower for visitors.",
        ],
    ),
    (
        "The freighter Minna left {t1} on {d1} with {k1} tonnes of grain. Her engine failed after {n1}"
        " hours. None of the crew was hurt. A tug towed her to {t2}.",
        [
            "S The freighter Minna left {t1} on {d1}.",
            "P The freighter Minna departed from {t1} on {d1}.",
            "E The freighter Minna left {t1_} on {d1}.",
            "N The freighter left with {k1_} tonnes of grain.",
            "U Her engine failed after {n1} days.",
            "X Some of the crew were hurt.",
            "P Nobody in the crew was injured.",
            "A The owner's insurance refused to pay for the cargo.",
        ],
    ),
    (
        "Ward 7 has {n1} beds, of which six are for children. Visitors may come between two and five."
        " Flowers are not allowed on the ward. Since {d1} the head nurse has been {p1}.",
        [
            "S Ward 7 has {n1} beds.",
            "N Ward 7 has {n1_} beds.",
            "P There are {n1} beds on ward 7.",
            "X Flowers are allowed on the ward.",
            "P Flowers are forbidden on the ward.",
            "E Since {d1} the head nurse has been {p1_}.",
            "D Since {d1_} the head nurse has been {p1}.",
            "A The kitchen offers a vegetarian menu.",
        ],
    ),
    (
        "The dam at {t1} holds {n1} million cubic metres of water. It was finished in {y1} after nine"
        " years of work. Boats are not permitted on the lake. The lake supplies {k1} farms.",
        [
            "S The dam at {t1} holds {n1} million cubic metres of water.",
            "U The dam at {t1} holds {n1} thousand cubic metres of water.",
            "P The dam was completed in {y1}.",
            "D The dam was finished in {y1_}.",
            "P It was finished after 9 years of work.",
            "X Boats are permitted on the lake.",
            "N The lake supplies {k1_} farms.",
            "A Engineers found a crack in the spillway.",
        ],
    ),
    (
        "The Lark battery stores {n1} kilowatt hours and weighs {k1} kilograms. It charges in {n2}"
        " minutes. It must not be charged below zero degrees. It is made in {t1} by a firm that {p1}"
        " founded.",
        [
            "S The Lark battery charges in {n2} minutes.",
            "U The Lark battery charges in {n2} seconds.",
            "N The Lark battery weighs {k1_} kilograms.",
            "X The battery may be charged below zero degrees.",
            "P It is manufactured in {t1}.",
            "E It is made in {t1_}.",
            "P The firm was established by {p1}.",
            "A A warranty of ten years covers the cells.",
        ],
    ),
    (
        "{t1} airport handled {n1} million passengers in {y1}. Its second runway opened on {d1}. Flights"
        " are not permitted after midnight. The fire brigade has {n2} members.",
        [
            "S {t1} airport handled {n1} million passengers in {y1}.",
            "D {t1} airport handled {n1} million passengers in {y1_}.",
            "N {t1} airport handled {n1_} million passengers in {y1}.",
            "P The second runway was opened on {d1}.",
            "D Its second runway opened on {d1_}.",
            "X Flights are permitted after midnight.",
            "P Flights are not allowed after midnight.",
            "A The car park charges by the quarter of an hour.",
        ],
    ),
    (
        "Rents in {t1} increased by {n1} percent between {y1} and today. The city has never had a cap on"
        " rents. A flat of {n2} square metres costs {k1} francs a month. Mayor {p1} wants to build {k2}"
        " flats.",
        [
            "S Rents in {t1} increased by {n1} percent between {y1} and today.",
            "P In {t1} rents rose by {n1} percent between {y1} and today.",
            "X Rents in {t1} decreased by {n1} percent between {y1} and today.",
            "U A flat of {n2} square metres costs {k1} francs a year.",
            "N Mayor {p1} wants to build {k2_} flats.",
            "E Mayor {p1_} wants to build {k2} flats.",
            "P Mayor {p1} would like to construct {k2} flats.",
            "A Students receive a subsidy from the university.",
        ],
    ),
    (
        "The greenhouse is heated to {n1} degrees. Tomatoes are picked {n2} days after flowering. The"
        " growers use no pesticides. {p1} started the business in {y1} with two partners.",
        [
            "S The greenhouse is heated to {n1} degrees.",
            "N The greenhouse is heated to {n1_} degrees.",
            "U Tomatoes are picked {n2} weeks after flowering.",
            "X The growers use pesticides.",
            "P The growers don't use any pesticides.",
            "P {p1} began the business in {y1} with 2 partners.",
            "N {p1} started the business in {y1} with five partners.",
            "A The harvest is sent abroad by rail.",
        ],
    ),
    (
        "The satellite circles the earth every {n1} minutes at a height of {n2} kilometres. It carries"
        " three cameras. One camera has stopped working. It was launched from {t1} on {d1}.",
        [
            "P The satellite orbits the earth every {n1} minutes.",
            "U The satellite circles the earth every {n1} hours.",
            "N The satellite circles the earth every {n1_} minutes.",
            "N It carries five cameras.",
            "P It carries 3 cameras.",
            "E It was launched from {t1_} on {d1}.",
            "D It was launched from {t1} on {d1_}.",
            "A Its solar panels were supplied by a Japanese firm.",
        ],
    ),
    (
        "{k1} runners started the {t1} marathon and {n1} did not finish. {p1} won the women's race. The"
        " course was shorter than last year. It rained for the first two hours.",
        [
            "S {k1} runners started the {t1} marathon.",
            "N {k1_} runners started the {t1} marathon.",
            "S {p1} won the women's race.",
            "E {p1_} won the women's race.",
            "X The course was longer than last year.",
            "X {p1} lost the women's race.",
            "P It rained for the first 120 minutes.",
            "A The winner received a car.",
        ],
    ),
    (
        "The archive in {t1} keeps {k1} letters by the poet {p1}. They may be read but not copied. The"
        " oldest was written in {y1}. {n1} letters are still lost.",
        [
            "S The archive keeps {k1} letters by the poet {p1}.",
            "N The archive keeps {k1_} letters by the poet {p1}.",
            "E The archive in {t1_} keeps {k1} letters by the poet {p1}.",
            "P {n1} letters are still missing.",
            "X No letters are lost.",
            "S The oldest letter was written in {y1}.",
            "D The oldest letter was written in {y1_}.",
            "A A film about the poet was shot in winter.",
        ],
    ),
    (
        "Tram line {n1} was extended to {t1} in {y1}. The last tram leaves at eleven. Tickets cannot be"
        " bought on board. A day ticket costs {n2} crowns and is valid for 24 hours.",
        [
            "S Tram line {n1} was extended to {t1} in {y1}.",
            "E Tram line {n1} was extended to {t1_} in {y1}.",
            "D Tram line {n1} was extended to {t1} in {y1_}.",
            "X Tickets can be bought on board.",
            "P Tickets can't be purchased on board.",
            "P A day ticket is valid for one day.",
            "U A day ticket is valid for 24 minutes.",
            "A The drivers demand higher wages.",
        ],
    ),
    (
        "The policy pays for theft up to {k1} euros. Damage by floods is not covered. A claim must be"
        " reported within {n1} days. The premium was lowered on {d1}.",
        [
            "S The policy pays for theft up to {k1} euros.",
            "N The policy pays for theft up to {k1_} euros.",
            "X Damage by floods is covered.",
            "S Damage by floods isn't covered.",
            "U A claim must be reported within {n1} weeks.",
            "P A claim has to be reported within {n1} days.",
            "X The premium was raised on {d1}.",
            "P The premium was reduced on {d1}.",
            "A Customers over sixty get a discount on travel.",
        ],
    ),
    (
        "{p1} wrote the opera in {y1} while living in {t1}. It lasts {n1} minutes without a break. The"
        " first performance was a failure. It needs an orchestra of {n2} players.",
        [
            "S {p1} wrote the opera in {y1}.",
            "P {p1} composed the opera in {y1}.",
            "E {p1_} wrote the opera in {y1}.",
            "D {p1} wrote the opera in {y1_}.",
            "U It lasts {n1} hours without a break.",
            "X The first performance was a success.",
            "N It needs an orchestra of {n2_} players.",
            "A The costumes were lent by a museum.",
        ],
    ),
    (
        "The model was trained on {n1} million images for {n2} hours. It has not been tested on"
        " photographs taken at night. On the test set it made {k1} errors, fewer than the model of {p1}.",
        [
            "S The model was trained on {n1} million images.",
            "U The model was trained on {n1} thousand images.",
            "N The model was trained on {n1_} million images.",
            "X It has been tested on photographs taken at night.",
            "X On the test set it made more errors than the model of {p1}.",
            "E On the test set it made fewer errors than the model of {p1_}.",
            "P On the test set it made {k1} mistakes.",
            "A The weights may be downloaded under a free licence.",
        ],
    ),
    (
        "The old mill at {t1} was sold on {d1} for {k1} crowns. The buyer, {p1}, will turn it into a"
        " school. The wheel has not turned since {y1}. The roof leaks.",
        [
            "S The old mill was sold on {d1} for {k1} crowns.",
            "N The old mill was sold on {d1} for {k1_} crowns.",
            "D The old mill was sold on {d1_} for {k1} crowns.",
            "E The buyer is {p1_}.",
            "P {p1} will convert it into a school.",
            "X The wheel has turned since {y1}.",
            "X The roof does not leak.",
            "A A rare bat lives in the cellar.",
        ],
    ),
    (
        "The court of {t1} heard {k1} cases in {y1}. A hearing lasts {n1} minutes on average. Photographs"
        " are forbidden in the building. Judge {p1} retired on {d1}.",
        [
            "S The court of {t1} heard {k1} cases in {y1}.",
            "N The court of {t1} heard {k1_} cases in {y1}.",
            "U A hearing lasts {n1} seconds on average.",
            "X Photographs are permitted in the building.",
            "P Photographs are not permitted in the building.",
            "S Judge {p1} retired on {d1}.",
            "E Judge {p1_} retired on {d1}.",
            "A The stairs are being replaced by a ramp.",
        ],
    ),
    (
        "The hive gave {n1} kilograms of honey last summer. The queen is three years old. The keeper,"
        " {p1}, does not feed the bees sugar. The hive was moved to {t1} in May.",
        [
            "S The hive gave {n1} kilograms of honey last summer.",
            "P Last summer the hive gave {n1*1000} grams of honey.",
            "U The hive gave {n1} grams of honey last summer.",
            "N The queen is five years old.",
            "X The keeper feeds the bees sugar.",
            "E The keeper is {p1_}.",
            "E The hive was moved to {t1_} in May.",
            "D The hive was moved to {t1} in August.",
            "A A neighbour complained about stings.",
        ],
    ),
]
