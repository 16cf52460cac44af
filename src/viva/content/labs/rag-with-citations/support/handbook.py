# ruff: noqa: E501 (a passage is one line)
"""The handbook of Tamarind Works, a maker of measuring instruments, and questions to work by.

A passage is a dict with `id`, `policy` (passages of one policy are its versions), `valid_from` (a date) and `text`.
The checks use the same passages with other numbers, names, ids and dates, and other questions.
"""

import re

# policy | valid from | text; what stands in braces is drawn anew by the checks.
_RAW = """
meals | 2019-03-01 | On business trips meals are refunded up to {38} euros a day. Receipts are needed above {12} euros. Alcohol is never refunded.
meals | 2023-01-01 | On business trips meals are refunded up to {52} euros a day. Receipts are needed above {20} euros. Alcohol is never refunded, and tips only up to a tenth of the bill.
hotels | 2022-06-01 | A hotel may cost up to {140} euros a night at home and {190} abroad. Dearer hotels need the consent of the head of department before booking. Private flats are not paid for.
hotels | 2025-09-01 | A hotel may cost up to {155} euros a night at home and {215} abroad. Dearer hotels need the consent of the head of department before booking.
trains | 2021-02-01 | Journeys under {600} kilometres are made by train, second class. First class is paid for journeys of more than {4} hours. Seats should be reserved early.
flights | 2022-02-01 | Flights are booked by the travel desk at least {14} days ahead. Business class is open only for flights over {9} hours. Miles collected on duty belong to the company.
car-use | 2020-05-01 | Those who drive their own car on duty are paid {30} cents a kilometre. A passenger adds {2} cents. Fines for speeding are paid by the driver.
expense-form | 2021-01-01 | Expense claims are handed in within {30} days of the journey. Money is transferred within {10} working days. Questions go to {Ruth Amsel} in accounting.
expense-form | 2024-01-01 | Expense claims are entered in the portal within {45} days of the journey. Money is transferred within {7} working days. Questions go to {Tove Lind} in accounting.
holidays | 2018-01-01 | Full-time staff have {26} days of paid leave a year. After ten years of service {3} days are added. Leave not taken lapses at the end of March.
holidays | 2024-01-01 | Full-time staff have {28} days of paid leave a year. After five years of service {2} days are added. Leave not taken lapses at the end of March.
sick-leave | 2022-01-01 | A doctor's note is due on day {4} of an illness. Pay goes on in full for {6} weeks. Call your team before nine on the first day.
parental-leave | 2023-07-01 | Parents may take up to {36} months of leave until the child is eight. The wish is announced {7} weeks ahead. The job is kept for them.
wedding-leave | 2020-01-01 | One's own wedding gives {2} free days, a move {1}, the death of a close relative {3}. These days are not taken from the yearly leave.
remote-work | 2020-11-01 | Office staff may work from home {2} days a week. The team agrees on a common day at the office. Working from abroad is not possible.
remote-work | 2023-05-01 | Office staff may work from home {3} days a week. The team agrees on a common day at the office. Working from another country of the union is possible for {20} days a year.
core-hours | 2021-01-01 | Everyone is reachable between ten and three. Overtime beyond {15} hours is carried over only with consent. At most {40} hours may stand on the account.
part-time | 2021-01-01 | A change to part time is asked for {3} months ahead. The company answers in writing within {4} weeks. A return to full time is possible once a year.
probation | 2019-01-01 | Probation lasts {6} months. During that time notice is {2} weeks on either side. A talk with the manager takes place after half of it.
notice | 2019-01-01 | After probation notice is {3} months to the end of a quarter. Notice must be given on paper and signed. The badge and the laptop are returned on the last day.
pay-day | 2020-01-01 | Salaries are paid on day {25} of the month. When that is a Sunday, they arrive on the working day before. The pay slip is in the portal.
bonus | 2021-01-01 | The yearly bonus is at most {12} percent of salary. Half of it depends on the results of the company and half on one's own goals. It is paid with the salary of April.
bonus | 2025-01-01 | The yearly bonus is at most {15} percent of salary. A third of it depends on one's own goals. It is paid with the salary of May.
pension | 2022-01-01 | The company adds {40} percent to whatever staff pay into the pension plan, up to {120} euros a month. Joining is possible at any time. {Ines Rowe} advises on Tuesdays.
jubilee | 2018-01-01 | After ten years with the company {500} euros are paid, after twenty-five years {2000}. A dinner with the directors goes with it.
referral | 2023-01-01 | Whoever recommends a colleague who is hired and stays beyond probation receives {1500} euros. Managers don't receive it for their own team.
training | 2022-01-01 | Each person has {1200} euros and {5} days a year for courses. Courses above {3000} euros need a contract that binds for two years. Language courses count.
training | 2026-01-01 | Each person has {1400} euros and {6} days a year for courses. Courses above {3500} euros need a contract that binds for two years.
conferences | 2022-01-01 | A talk at a conference is approved by {Hugo Lenz}. Slides are sent to him {10} days before. Drafts of papers go through the patent desk first.
books | 2021-01-01 | Technical books up to {60} euros are bought without asking. They belong to the library on floor {2}. Novels are a private matter.
library | 2021-01-01 | The library lends books for {6} weeks. It is open on weekdays until {17} o'clock. Standards may be read on site alone.
laptops | 2022-03-01 | A laptop is replaced after {4} years. Repairs are done by the help desk within {3} working days. Private repairs void the guarantee.
phones | 2022-03-01 | Staff on call receive a phone. Its contract includes {20} gigabytes a month. Private calls are free within the country.
passwords | 2021-06-01 | A password has at least {12} characters. It is changed every {180} days. It must never be written down or told to the help desk.
passwords | 2024-06-01 | A password has at least {16} characters. It is changed only when it may have leaked. A password manager is installed on every laptop.
phishing | 2023-02-01 | Suspicious mail is forwarded to the security desk within {1} hour. Don't click on links. Each year {4} mails are sent as an exercise.
backups | 2022-01-01 | The file server is saved every {6} hours. Copies are kept for {90} days. Local disks are not saved.
customer-data | 2023-05-01 | Customer data are deleted {24} months after the last contract ends. Exports need the consent of {Emil Carstens}. They never leave on a stick.
visitors | 2021-04-01 | Visitors are announced {1} day ahead. They wear a badge and are accompanied at all times. Photographs are forbidden in halls {3} and up.
badge | 2021-04-01 | A lost badge is reported at once to the gate. A new one costs {15} euros. The code on it is changed every year.
garage | 2020-09-01 | The garage has {84} spaces and opens at six. Spaces by the lift are kept for disabled staff. The barrier reads the number plate.
bicycles | 2022-05-01 | A bicycle may be leased through the company for {36} months. Up to {2} bicycles a person are possible. Helmets are sold by {Jonas Thiel} in the workshop.
public-transport | 2023-05-01 | The company pays {70} percent of a monthly ticket. It is ordered in the portal by day {10} of the month before. Taxis are paid after eleven at night.
canteen | 2022-10-01 | Lunch in the canteen costs {6} euros, for trainees {3}. It is served from half past eleven to two. The menu names allergens.
coffee | 2022-10-01 | Coffee and tea are free. The machines are cleaned daily at {16} o'clock. Cups go back to the kitchen.
kitchen | 2022-10-01 | The refrigerator is emptied every second Friday. Food without a name is thrown away. Microwave ovens are on floors {1} and {4}.
meeting-rooms | 2023-03-01 | Meeting rooms are booked at most {8} weeks ahead. A room that stays empty for {15} minutes is released. The large hall seats {120} people.
first-aid | 2021-08-01 | Each floor has {2} first-aiders. The defibrillator hangs beside the gate. Accidents are entered in the book within {3} days.
fire | 2021-08-01 | At the alarm leave by the stairs and meet at point {7}. The drill takes place {2} times a year. Lifts stop by themselves.
laser-lab | 2020-02-01 | The laser laboratory is entered in pairs and with goggles. Training is renewed every {12} months. {Marek Dorn} keeps the list of who may enter.
chemicals | 2020-02-01 | Solvents are stored in the yellow cabinet, at most {25} litres a room. Gloves are changed every {2} hours. Leftovers go to the collection on Thursdays.
clean-room | 2022-08-01 | The clean room allows {6} people at a time. Filters are replaced every {9} months. Phones stay in the lock.
calibration | 2021-11-01 | Instruments are calibrated every {18} months. Those with a red label must not be used. Certificates are kept for {10} years.
warranty | 2022-01-01 | Customers have a guarantee of {3} years on instruments and {1} year on sensors. Damage by water is not covered. Cases are opened by the service desk.
returns | 2023-01-01 | Customers may return goods within {30} days. The cost of sending is borne by the customer below {100} euros. Opened reagents are not taken back.
returns | 2024-10-01 | Customers may return goods within {60} days. The cost of sending is borne by the company. Opened reagents are not taken back.
service-level | 2023-01-01 | The service desk answers customers within {4} hours on working days. A spare instrument is sent within {2} days. On call at night is {Pia Vogt}.
discounts | 2022-04-01 | Sales staff may grant up to {8} percent. From {20} percent on the directors decide. Universities receive {15} percent on every order.
purchasing | 2023-01-01 | Orders above {1000} euros need three offers. Orders above {25000} euros are signed by two directors. Cards from private accounts are not used.
gifts | 2021-01-01 | Gifts from suppliers may be kept up to a value of {35} euros. Invitations are entered in a list kept by {Nora Falk}. Cash is always refused.
side-jobs | 2020-01-01 | A second job is announced in writing. It may take at most {10} hours a week. Work for rivals is forbidden.
inventions | 2020-01-01 | Inventions are reported within {2} weeks. The inventor receives {400} euros when the patent is filed and a share of later income. The patent desk keeps the file.
complaints | 2022-09-01 | Complaints about conduct go to {Lea Brandt}, in confidence. An answer comes within {14} days. Nobody may suffer for a complaint.
works-council | 2022-09-01 | The works council has {9} members and meets every second Monday. Its election takes place every {4} years. Its office is room {112}.
press | 2022-09-01 | Only {Carl Osten} speaks to the press. Posts about products are checked {2} days before. Photographs of colleagues need their consent.
pets | 2023-06-01 | Dogs may come to the office on day {5} of the week. They stay out of the halls and the canteen. Each team may say no.
"""

SLOT = re.compile(r"\{([^}]*)\}")


def _parse() -> list[dict]:
    rows = [[part.strip() for part in line.split("|")] for line in _RAW.strip().split("\n")]
    return [{"policy": policy, "valid_from": valid, "raw": raw} for policy, valid, raw in rows]


ROWS = _parse()
PASSAGES = [
    {
        "id": f"h{n:02}",
        "policy": row["policy"],
        "valid_from": row["valid_from"],
        "text": SLOT.sub(r"\1", row["raw"]),
    }
    for n, row in enumerate(ROWS, 1)
]

# Asked on TODAY: the question, and what a cited span must contain (None: the handbook doesn't say).
TODAY = "2025-03-10"
QUESTIONS = [
    ("How many days a week may I work from home?", "3"),
    ("What is the most that is refunded for meals on a trip?", "52"),
    ("How long does probation last?", "6"),
    ("How many characters does a password need?", "16"),
    ("How many days of paid leave do full-time staff have?", "28"),
    ("How much may a hotel abroad cost a night?", "190"),
    ("Who speaks to the press?", "Carl Osten"),
    ("How often are instruments calibrated?", "18"),
    ("What does a new badge cost?", "15"),
    ("How much do I get per kilometre in my own car?", "30"),
    ("What is the salary of a laboratory technician?", None),
    ("May I charge my electric car in the garage?", None),
    ("How many shares does the founder hold?", None),
    ("What is the dress code in the office?", None),
]
