# ruff: noqa: E501 (a source is one line)
"""Sources with claims about them and the label of each: to work by. The checks use other sources."""

_RAW = """
The Elbrook tunnel is 3 kilometres long and was opened in 1962. Lorries of more than ten tonnes may not use it. Its fans were replaced by a crew from Sandau after a fire in 2004.
+ The Elbrook tunnel is 3,000 metres long.
- The Elbrook tunnel was opened in 1926.
- Lorries of more than ten tonnes may use it.
- The fans were replaced by a crew from Lowick.
+ The fans of the tunnel were replaced after a fire in 2004.
? A toll is paid at the northern entrance.

Choir practice begins at seven on Thursdays and takes 90 minutes. New singers need not read music. The choir, led by Ruth Amsel, gave twelve concerts last year.
+ Choir practice starts at seven on Thursdays.
- Practice takes 90 hours.
- New singers need to read music.
+ The choir gave 12 concerts last year.
- The choir is led by Ines Rowe.
? The choir travels to a festival in Wales each summer.

Sulphur emissions from the plant at Corvin fell by 40 percent in 2018. The filter removes dust but not mercury. The plant employs 2,300 people and is managed by Tove Lind.
+ Emissions from the plant dropped by 40 % in 2018.
- Sulphur emissions from the plant rose by 40 percent in 2018.
- The filter removes mercury.
- The plant employs 3,200 people.
+ Tove Lind runs the plant.
? Neighbours have sued for damages.

Students may borrow a laptop for two weeks. A laptop that comes back late costs 5 crowns a day. Laptops are never lent during the holidays. The desk is open from eight to four.
+ Laptops may be borrowed for 14 days.
- Students may borrow a laptop for two months.
- A late laptop costs 5 crowns an hour.
- Laptops are lent during the holidays.
+ Laptops aren't lent during the holidays.
? Printers stand on the second floor.

The Vesper climbed to 9,400 metres on 3 June. Her pilot, Jonas Thiel, had no oxygen for eleven minutes. The balloon came down near Marn, and nobody was hurt.
+ On 3 June the Vesper climbed to 9,400 metres.
- The Vesper climbed to 9,400 metres on 13 July.
- The pilot had oxygen for eleven minutes.
- Her pilot was Emil Carstens.
+ Nobody was injured.
? The flight was shown on television.

The orchard grows thirty kinds of apple. Frost in April destroyed half of the blossom. No fruit is sold before September. Visitors may pick up to 8 kilograms each.
+ The orchard grows 30 kinds of apple.
- Fruit is sold before September.
- Visitors may pick up to 8 grams each.
- The orchard grows forty kinds of apple.
+ Each visitor may pick up to 8 kilograms.
? A cider press was bought from a monastery.

The bridge at Sollen carries trains and cyclists, but no cars. It was designed by Pia Vogt and finished in 1931. In 2015 it was closed for 16 weeks while rust was removed.
+ The bridge was completed in 1931.
- The bridge carries cars.
- It was designed by Hugo Lenz.
- In 2015 it was closed for 16 days.
+ Pia Vogt designed the bridge at Sollen.
? Fireworks are launched from the bridge at new year.

The app sends an alarm when glucose is under 70 units. It does not share readings with insurers. Version 3 uses less power than version 2. It was tested on 412 people in Ostrava.
+ Version 3 of the app uses less power than version 2.
- Version 3 uses more power than version 2.
- It shares readings with insurers.
- The app was tested on 214 people.
+ An alarm is sent by the app when glucose is under 70 units.
? The app can be paid for by the month.
"""

_LABEL = {"+": "supported", "-": "contradicted", "?": "unsupported"}


def _parse(raw: str) -> list[dict[str, str]]:
    found = []
    for block in raw.strip().split("\n\n"):
        source, *claims = block.split("\n")
        found += [{"source": source, "claim": line[2:], "label": _LABEL[line[0]]} for line in claims]
    return found


EXAMPLES: list[dict[str, str]] = _parse(_RAW)
