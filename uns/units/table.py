"""The units that plants use: names, Recommendation 20 codes, and other spellings.

``terms`` computes the meaning of the codes. The Recommendation 20 codes (UN/ECE) are those of
OPC UA.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple


class Listing(NamedTuple):
    """A unit in the table: its code, name, Recommendation 20 code, and other spellings.

    ``common_code`` is ``None`` if the Recommendation has none or it is not certain.
    """

    code: str
    name: str
    common_code: str | None
    spellings: tuple[str, ...]


def _listed(text: str) -> dict[str, tuple[Listing, ...]]:
    """Read the table: a line without indentation is a quantity, the rows below are its units."""
    rows: dict[str, tuple[Listing, ...]] = {}
    quantity = ""
    for line in text.strip().splitlines():
        if not line.startswith(" "):
            quantity = line
            continue
        code, name, common, spellings = (f"{line}| | ".split("|"))[:4]
        listing = Listing(
            code.strip(), name.strip(), common.strip() or None, tuple(spellings.split())
        )
        rows[quantity] = (*rows.get(quantity, ()), listing)
    return rows


#: The units of a plant, by quantity: code | name | Recommendation 20 code | spellings.
UNITS = MappingProxyType(_listed("""
acceleration
  m/s2             | metre per second squared            | MSK | m/s^2 m/s/s
  [g]              | standard acceleration of free fall  | K40 | g-force gee
acidity
  [pH]             | pH                                  | Q30 | pH PH
amount of substance
  mol              | mole                                | C34 | mole
  mmol             | millimole                           | C18
  umol             | micromole                           | FH
  kmol             | kilomole                            | B45
angle
  rad              | radian                              | C81 | radian
  deg              | degree of angle                     | DD  | ° degree degrees
  '                | minute of angle                     | D61 | arcmin ′
  ''               | second of angle                     | D62 | arcsec ″
  gon              | gon                                 | A91
angular velocity
  rad/s            | radian per second                   | 2A
  deg/s            | degree per second                   | E96 | °/s
area
  m2               | square metre                        | MTK | sqm
  cm2              | square centimetre                   | CMK
  mm2              | square millimetre                   | MMK
  har              | hectare                             | HAR | ha hectare
  [sin_i]          | square inch                         | INK | in2 sqin
  [sft_i]          | square foot                         | FTK | ft2 sqft
biological activity
  [CFU]/mL         | colony forming units per millilitre |
  [iU]             | international unit                  | NIU | IU
  [iU]/mL          | international units per millilitre  |
capacitance
  F                | farad                               | FAR | farad
  uF               | microfarad                          | 4O
concentration of amount
  mol/m3           | mole per cubic metre                | C36
  mol/L            | mole per litre                      | C38
  mmol/L           | millimole per litre                 | M33
  mol/kg           | mole per kilogram                   | C19
conductance
  S                | siemens                             | SIE | siemens
  mS               | millisiemens                        | C27
  uS               | microsiemens                        | B99
conductivity
  S/m              | siemens per metre                   | D10
  mS/cm            | millisiemens per centimetre         | H61
  uS/cm            | microsiemens per centimetre         | G42
count
  1                | one                                 | C62 | unitless dimensionless none -
  {piece}          | piece                               | H87 | pcs piece pieces ea each stk
  {count}          | count                               |     | count counts cnt
  {rev}            | revolution                          | M44 | rev revolution
  [CFU]            | colony forming unit                 |     | CFU KBE
current
  A                | ampere                              | AMP | amp amps ampere Amp
  mA               | milliampere                         | 4K
  kA               | kiloampere                          | B22
data
  bit              | bit                                 | A99 | bits
  By               | byte                                | AD  | byte bytes
  kBy              | kilobyte                            | 2P  | kB KB
  MBy              | megabyte                            | 4L  | MB
  GBy              | gigabyte                            | E34 | GB
data rate
  bit/s            | bit per second                      | B10 | bps
  kbit/s           | kilobit per second                  | C74 | kbps
  Mbit/s           | megabit per second                  | E20 | Mbps
density
  kg/m3            | kilogram per cubic metre            | KMQ
  kg/L             | kilogram per litre                  | B35 | kg/l
  g/cm3            | gram per cubic centimetre           | 23  | g/cc
  g/mL             | gram per millilitre                 | GJ  | g/ml
  g/L              | gram per litre                      | GL  | g/l
  mg/L             | milligram per litre                 | M1  | mg/l
  ug/L             | microgram per litre                 | H29 | ug/l
  g/m3             | gram per cubic metre                | A93
  mg/m3            | milligram per cubic metre           | GP
  ug/m3            | microgram per cubic metre           | GQ
  [lb_av]/[cft_i]  | pound per cubic foot                | 87  | lb/ft3
electric charge
  C                | coulomb                             | COU | coulomb
  A.h              | ampere hour                         | AMH | Ah
  mA.h             | milliampere hour                    | E09 | mAh
electric potential
  V                | volt                                | VLT | volt volts
  mV               | millivolt                           | 2Z
  kV               | kilovolt                            | KVT | KV
energy
  J                | joule                               | JOU | joule
  kJ               | kilojoule                           | KJO | KJ
  MJ               | megajoule                           | 3B
  GJ               | gigajoule                           | GV
  W.h              | watt hour                           | WHR | Wh
  kW.h             | kilowatt hour                       | KWH | kWh KWh kwh kW-h kW*h
  MW.h             | megawatt hour                       | MWH | MWh
  GW.h             | gigawatt hour                       | GWH | GWh
  kcal             | kilocalorie (thermochemical)        | K53 | Kcal
  [Btu_IT]         | British thermal unit (int. table)   | BTU
energy, apparent and reactive
  kV.A.h           | kilovolt ampere hour                | C79 | kVAh
  kV.A.h{reactive} | kilovolt ampere reactive hour       | K3  | kvarh kVArh kVARh
energy, specific
  kJ/kg            | kilojoule per kilogram              | B42
  MJ/kg            | megajoule per kilogram              | JK
  MJ/m3            | megajoule per cubic metre           | JM
  kW.h/m3          | kilowatt hour per cubic metre       | E46 | kWh/m3
  kJ/(kg.K)        | kilojoule per kilogram kelvin       | B43
flow, mass
  kg/s             | kilogram per second                 | KGS
  kg/min           | kilogram per minute                 | F31
  kg/h             | kilogram per hour                   | E93 | kgh kg/hr
  g/s              | gram per second                     | F29
  g/h              | gram per hour                       | F27
  t/h              | tonne per hour                      | E18
  [lb_av]/h        | pound per hour                      | 4U  | lb/h
flow, volume
  m3/s             | cubic metre per second              | MQS
  m3/min           | cubic metre per minute              | G53
  m3/h             | cubic metre per hour                | MQH | m3h cbm/h
  m3{normal}/h     | normal cubic metre per hour         | Q40 | Nm3/h Nm³/h
  m3{standard}/h   | standard cubic metre per hour       | Q38 | Sm3/h Sm³/h
  L/s              | litre per second                    | G51 | l/s lps
  L/min            | litre per minute                    | L2  | l/min lpm LPM
  L/h              | litre per hour                      | E32 | l/h lph
  mL/min           | millilitre per minute               | 41  | ml/min
  mL/h             | millilitre per hour                 | G55 | ml/h
  [gal_us]/min     | US gallon per minute                | G2
  [cft_i]/min      | cubic foot per minute               | 2L  | cfm CFM ft3/min
force
  N                | newton                              | NEW | newton
  kN               | kilonewton                          | B47 | KN
  kgf              | kilogram-force                      | B37 | kp
  [lbf_av]         | pound-force                         | C78 | lbf
frequency
  Hz               | hertz                               | HTZ | hz HZ hertz
  kHz              | kilohertz                           | KHZ | khz KHz
  MHz              | megahertz                           | MHZ
heat transfer
  W/(m.K)          | watt per metre kelvin               | D53 | W/mK
  W/(m2.K)         | watt per square metre kelvin        | D55 | W/m2K
  W/m2             | watt per square metre               | D54
illumination
  lx               | lux                                 | LUX | lux
  lm               | lumen                               | LUM | lumen
  cd               | candela                             | CDL | candela
inductance
  H                | henry                               | 81  | henry
  mH               | millihenry                          | C14
ionising radiation
  Bq               | becquerel                           | BQL
  Sv               | sievert                             | D13
  uSv/h            | microsievert per hour               | P72
length
  m                | metre                               | MTR | meter metre mtr
  km               | kilometre                           | KMT | Km KM
  cm               | centimetre                          | CMT | CM
  mm               | millimetre                          | MMT | millimeter millimetre
  um               | micrometre                          | 4H  | micron
  nm               | nanometre                           | C45
  [in_i]           | inch                                | INH | in inch inches "
  [ft_i]           | foot                                | FOT | ft foot feet
  [mi_i]           | mile                                | SMI | mi mile miles
  [mil_i]          | mil (thousandth of an inch)         | 77  | thou
level
  dB               | decibel                             | 2N  | DB
  dB[SPL]          | decibel of sound pressure           |     | dBSPL dB(A) dBA
magnetic field
  T                | tesla                               | D33 | tesla
  mT               | millitesla                          | C29
mass
  kg               | kilogram                            | KGM | Kg KG kgs kilo kilogram
  g                | gram                                | GRM | gram grams
  mg               | milligram                           | MGM
  ug               | microgram                           | MC  | mcg
  t                | tonne                               | TNE | to tonne tonnes
  [lb_av]          | pound                               | LBR | lb lbs LB pound
  [oz_av]          | ounce                               | ONZ
  [ston_av]        | short ton                           | STN
mass by length and area
  kg/m             | kilogram per metre                  | KL
  g/m              | gram per metre                      | GF
  tex              | tex                                 | D34
  kg/m2            | kilogram per square metre           | 28
  g/m2             | gram per square metre               | GM  | gsm
moment of inertia
  kg.m2            | kilogram metre squared              | B32 | kgm2
power
  W                | watt                                | WTT | watt watts
  mW               | milliwatt                           | C31
  kW               | kilowatt                            | KWT | KW kw Kw
  MW               | megawatt                            | MAW
  [HP]             | horsepower (550 foot pound-force/s) |
  [Btu_IT]/h       | British thermal unit per hour       | 2I
power, apparent and reactive
  V.A              | volt ampere                         | D46 | VA
  kV.A             | kilovolt ampere                     | KVA | kVA KVA
  MV.A             | megavolt ampere                     | MVA | MVA
  V.A{reactive}    | var                                 | D44 | var VAr VAR
  kV.A{reactive}   | kilovar                             | KVR | kvar kVAr kVAR
  MV.A{reactive}   | megavar                             | MAR | Mvar MVAr MVAR
pressure
  Pa               | pascal                              | PAL | pascal PA
  hPa              | hectopascal                         | A97
  kPa              | kilopascal                          | KPA | kpa KPa
  MPa              | megapascal                          | MPA
  bar              | bar                                 | BAR | Bar
  bar{gauge}       | bar above atmospheric pressure      |     | barg bar(g) barü
  bar{absolute}    | bar above vacuum                    |     | bara bar(a)
  mbar             | millibar                            | MBR | mBar
  atm              | standard atmosphere                 | ATM
  att              | technical atmosphere                | ATT
  mm[Hg]           | millimetre of mercury               | HN  | mmHg Torr torr
  mm[H2O]          | millimetre of water                 | HP  | mmH2O mmWC
  m[H2O]           | metre of water                      | N23 | mH2O mWC mWS
  [in_i'H2O]       | inch of water                       | F78 | inH2O inWC
  [in_i'Hg]        | inch of mercury                     | F79 | inHg
  [psi]            | pound-force per square inch         | PS  | psi PSI lbf/in2
  [psi]{gauge}     | psi above atmospheric pressure      |     | psig PSIG
  [psi]{absolute}  | psi above vacuum                    | 80  | psia PSIA
rate of events
  1/s              | per second                          | C97
  1/min            | per minute                          | C94 | cpm bpm
  1/h              | per hour                            | H10 | bph uph
  {piece}/min      | piece per minute                    |     | pcs/min
  {piece}/h        | piece per hour                      |     | pcs/h
  {rev}/min        | revolution per minute               | RPM | rpm RPM r/min U/min
  {rev}/s          | revolution per second               | RPS | rps r/s
ratio
  %                | percent                             | P1  | pct percent perc
  %{RH}            | relative humidity                   |     | %RH %rH rH RH
  %{vol}           | percent by volume                   |     | %vol Vol.-% vol% %v/v
  [ppth]           | part per thousand                   | NX  | ‰ permille promille
  [ppm]            | part per million                    | 59  | ppm PPM
  [ppb]            | part per (US) billion               | 61  | ppb PPB
  g/kg             | gram per kilogram                   | GK
  mg/kg            | milligram per kilogram              | NA
  ug/kg            | microgram per kilogram              | J33
resistance
  Ohm              | ohm                                 | OHM | ohm Ω ohms
  mOhm             | milliohm                            | E45
  kOhm             | kiloohm                             | B49 | kohm
  MOhm             | megaohm                             | B75 | Mohm
resistivity
  Ohm.m            | ohm metre                           | C61
surface tension
  N/m              | newton per metre                    | 4P
  mN/m             | millinewton per metre               | C22
temperature
  Cel              | degree Celsius                      | CEL | °C ºC ˚C ℃ C degC deg_C celsius Celsius
  K                | kelvin                              | KEL | kelvin °K
  [degF]           | degree Fahrenheit                   | FAH | °F ºF ˚F ℉ F degF deg_F fahrenheit
  [degR]           | degree Rankine                      | A48 | °R degR
temperature gradient
  K/min            | kelvin per minute                   | F11
  K/h              | kelvin per hour                     | F10
time
  s                | second                              | SEC | sec secs second seconds
  ms               | millisecond                         | C26 | msec
  us               | microsecond                         | B98 | usec
  ns               | nanosecond                          | C47
  min              | minute                              | MIN | mins minute minutes Min
  h                | hour                                | HUR | hr hrs hour hours
  d                | day                                 | DAY | day days
  wk               | week                                | WEE | week weeks
  mo               | month                               | MON | month months
  a                | year                                | ANN | yr year years
torque
  N.m              | newton metre                        | NU  | Nm
  mN.m             | millinewton metre                   | D83 | mNm
  N.cm             | newton centimetre                   | F88 | Ncm
  kN.m             | kilonewton metre                    | B48 | kNm
  [lbf_av].[ft_i]  | pound-force foot                    | M92 | lbf.ft ftlb
turbidity
  [NTU]            | nephelometric turbidity unit        |     | NTU
  [FNU]            | formazin nephelometric unit         |     | FNU
velocity
  m/s              | metre per second                    | MTS | mps
  m/min            | metre per minute                    | 2X
  mm/s             | millimetre per second               | C16
  mm/min           | millimetre per minute               | H81
  cm/s             | centimetre per second               | 2M
  km/h             | kilometre per hour                  | KMH | kmh
  [ft_i]/s         | foot per second                     | FS  | ft/s
  [ft_i]/min       | foot per minute                     | FR  | ft/min fpm
  [mi_i]/h         | mile per hour                       | HM  | mph
  [kn_i]           | knot                                | KNT | knot
viscosity
  Pa.s             | pascal second                       | C65
  mPa.s            | millipascal second                  | C24 | mPas
  P                | poise                               | 89  | poise
  cP               | centipoise                          | C7  | cp
  m2/s             | square metre per second             | S4
  mm2/s            | square millimetre per second        | C17
  cSt              | centistokes                         | 4C  | cst
volume
  m3               | cubic metre                         | MTQ | cbm
  m3{normal}       | normal cubic metre                  | NM3 | Nm3 Nm³
  m3{standard}     | standard cubic metre                | SM3 | Sm3 Sm³
  dm3              | cubic decimetre                     | DMQ
  cm3              | cubic centimetre                    | CMQ | cc
  L                | litre                               | LTR | l ltr liter litre Liter
  hL               | hectolitre                          | HLT | hl
  cL               | centilitre                          | CLT | cl
  mL               | millilitre                          | MLT | ml
  uL               | microlitre                          | 4G  | ul
  [cft_i]          | cubic foot                          | FTQ | ft3 cuft
  [gal_us]         | US gallon                           | GLL
  [gal_br]         | imperial gallon                     | GLI
  [bbl_us]         | US oil barrel                       | BLL
"""))  # fmt: skip

LISTED = MappingProxyType(
    {row.code: (quantity, row) for quantity, rows in UNITS.items() for row in rows}
)

#: Other spellings, and Recommendation 20 codes -> the UCUM code.
SPELLINGS = MappingProxyType(
    {spelling: row.code for _, row in LISTED.values() for spelling in row.spellings}
)
COMMON_CODES = MappingProxyType(
    {row.common_code: row.code for _, row in LISTED.values() if row.common_code}
)
