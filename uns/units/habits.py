"""Tables behind the suggestions: how people write units, and which units plants use.

``table`` has the spellings with one meaning. Here are those with several meanings or none, the
names of units, and the prefixes in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _read(table: str) -> Mapping[str, str]:
    """Read entries separated by ``|``: a key, white space, the rest."""
    entries = (e.split(maxsplit=1) for line in table.splitlines() for e in line.split(" | "))
    return MappingProxyType({entry[0]: entry[1].strip() for entry in entries if len(entry) == 2})


def _read_lines(table: str) -> Mapping[str, tuple[tuple[str, ...], str]]:
    """Read lines of texts ``|`` codes ``|`` reason; each text gets the codes and the reason."""
    rows = (line.split(" | ") for line in table.strip().splitlines())
    return MappingProxyType(
        {
            text.strip().replace("_", " "): (tuple(codes.split()), "".join(why).strip())
            for texts, codes, *why in rows
            for text in texts.split()
        }
    )


#: The prefixes that are in use with a unit; ``1`` if it is in use without one. Other combinations
#: are valid, but never meant: an exasiemens, a stere, a megatesla. Units in square brackets are
#: left out, because nobody writes them by accident.
PREFIXES_IN_USE = _read("""
m 1 k d c m u n | g 1 k M G c m u n p f | s 1 m u n p | K 1 k m u n | C m u n p | cd 1 k m
rad 1 m u n | sr 1 m u | mol 1 k m u n p f | Hz 1 T G M k m u | N 1 M k da d m u n
Pa 1 G M k h da m u | J 1 P T G M k m u n | W 1 T G M k m u n p | A 1 k m u n p | V 1 M k m u n
F m u n p | Ohm 1 T G M k m u | S 1 m u n p | Wb 1 m u | T 1 m u n p | H 1 m u n
lm 1 M k m | lx 1 k m | Bq 1 P T G M k m u | Gy 1 k c m u n | Sv 1 m u n | kat 1 m u n
U 1 M k m u n | eq 1 k m u n | osm 1 m u | mho 1 m u | g% 1 m
l 1 k h d c m u n | L 1 G M k h d c m u n p f | ar 1 h | t 1 G M k d | tex 1 k d m
bar 1 k m u | gf 1 M k m | dyn 1 k m | eV 1 T G M k m | erg 1 | atm 1 | att 1
cal 1 G M k | cal_th 1 M k | cal_IT 1 M k | cal_m 1 k
P 1 d c m | St 1 c m | Gal m u | G 1 u | Oe 1 k m | Ci 1 M k m u n p | RAD m | REM 1 m u
bit 1 T G M k Ti Gi Mi Ki | By 1 P T G M k Ti Gi Mi Ki | Bd 1 M k | Cel 1 m | B d | Np 1 d
min 1 | h 1 | d 1 | wk 1 | mo 1 | a 1 | mo_s 1 | mo_j 1 | mo_g 1 | a_t 1 | a_j 1 | a_g 1
deg 1 | gon 1 | ' 1 | '' 1 | circ 1 | sph 1 | % 1 | 10* 1 | 10^ 1 | Ao 1 | bit_s 1
""")

#: Valid codes that are not meant: the codes that may be meant, and what the code is in UCUM.
MISLEADING = _read_lines("""
kt                   | [kn_i] Gg                       | a kilotonne
PS                   | 75.m.kgf/s                      | a petasiemens
MT                   | t mT                            | a megatesla
mt                   | t                               | a millitonne
at                   | att                             | an attotonne
pt                   | [pt_us] [pt_br]                 | a picotonne
st                   | {piece}                         | a stere
pc                   | {piece}                         | a parsec
EA                   | {piece}                         | an exaampere
u                    | {piece} um                      | a unified atomic mass unit
b                    | bar bit                         | a barn
Gb                   | Gbit GBy                        | a gilbert
B                    | By                              | a bel
TB                   | TBy                             | a terabel
ph                   | [pH]                            | a phot
kph                  | km/h                            | a kilophot
Gal                  | [gal_us] [gal_br]               | a centimetre per second squared
AU                   | {absorbance} [arb'U]            | an astronomic unit
AU/mL                | {absorbance}/mL [arb'U]/mL      | an astronomic unit per millilitre
pph                  | [lb_av]/h                       | a picophot
RAD                  | rad                             | a dose of radiation
mG                   | mg m[g]                         | a milligauss
kG                   | kg                              | a kilogauss
Mg/l Mg/L            | mg/L                            | a megagram per litre
l/m L/m              | L/min                           | a litre per metre
m3/m                 | m3/min                          | a cubic metre per metre
nm3                  | m3{normal}                      | a cubic nanometre
nm3/h                | m3{normal}/h                    | a cubic nanometre per hour
nm3/min              | m3{normal}/min                  | a cubic nanometre per minute
kg/cm2               | kgf/cm2                         | a mass on an area
kg/mm2               | kgf/mm2                         | a mass on an area
K/uL                 | 10*3/uL                         | a kelvin per microlitre
mL/min/1.73          | mL/min/{1.73_m2}                | divided by 1, times 73
mL/min/1.73.m2       | mL/min/{1.73_m2}                | divided by 1, times 73
""")

#: Texts that can mean several units, or whose unit is not certain; a fix never replaces them.
AMBIGUOUS = _read_lines("""
kn                   | [kn_i] kN
#                    | {count} [lb_av]
mb                   | mbar MBy
kb                   | kbit kBy
Mb                   | Mbit MBy
ton tons             | t [ston_av] [lton_av]
gal gallon gallons   | [gal_us] [gal_br] Gal
gpm GPM gal/min      | [gal_us]/min [gal_br]/min
gph GPH gal/h        | [gal_us]/h [gal_br]/h
qt quart             | [qt_us] [qt_br]
pint pints           | [pt_us] [pt_br]
oz ounce ounces      | [oz_av] [foz_us]
fl_oz floz           | [foz_us] [foz_br]
bbl barrel barrels   | [bbl_us]
mil mils             | [mil_i] mL
BTU Btu btu          | [Btu_IT] [Btu_th]
BTU/h Btu/h BTUH     | [Btu_IT]/h [Btu_th]/h
hp HP Hp horsepower  | [HP] 75.m.kgf/s
cv CV ch             | 75.m.kgf/s
gr                   | g [gr]
gm                   | g
grad                 | gon deg Cel
cps CPS              | 1/s cP
fps FPS              | [ft_i]/s 1/s
tph TPH              | t/h [ston_av]/h
ccm                  | cm3 mL/min
mohm                 | mOhm MOhm
Std std              | h
ppt PPT              | [pptr] [ppth]
MM                   | mm 10*6
NM                   | N.m [nmi_i] nm
nM                   | nmol/L nm N.m
mM                   | mmol/L
uM                   | umol/L
M                    | mol/L m
k                    | 10*3 K
kgm KGM              | kg kgf.m kg.m
10e3/uL              | 10*3/uL 10*4/uL
10e6/uL              | 10*6/uL 10*7/uL
10e6/mL              | 10*6/mL 10*7/mL
k/uL                 | 10*3/uL
M/uL                 | 10*6/uL
MCF Mcf mcf          | 10*3.[cft_i] 10*6.[cft_i]
MMBTU MMBtu mmbtu    | 10*6.[Btu_IT]
MMSCFD mmscfd        | 10*6.[cft_i]{standard}/d
slm SLM                               | L{standard}/min
slpm SLPM            | L{standard}/min
nlpm NLPM            | L{normal}/min
sccm SCCM            | cm3{standard}/min
scfm SCFM            | [cft_i]{standard}/min
scfh SCFH            | [cft_i]{standard}/h
acfm ACFM            | [cft_i]{actual}/min
Nl NL Nltr           | L{normal}
Sl SL                | L{standard}
ncm/min Ncm3/min     | cm3{normal}/min
%_(m/m) %m/m %w/w %(w/w) %_w/w wt% %wt %_wt wt-% m% Gew.-% | %{mass}
%_(v/v) %_v/v %(v/v) vol-% Vol% %_vol | %{vol}
%_(m/v) %_(w/v) %w/v %(w/v) | g/dL
kg/cm2g kgf/cm2g     | kgf/cm2{gauge}
ata                  | att{absolute}
atu atü              | att{gauge}
Vdc VDC              | V{DC}
Vac VAC              | V{AC}
Vrms                 | V{rms}
Arms                 | A{rms}
mpy                  | [mil_i]/a
AFU RFU RLU cts      | {count}
lb/in2 lbs/in2 | [psi]
ppmw                 | [ppm]{mass}
""")

#: Units that UCUM has no code for, and what to write instead.
UNCODED = MappingProxyType(
    {
        text: words
        for texts, words in (
            ("dBm", "a power level above 1 mW, 30 more than in 'dB[W]'"),
            ("°Bx °Brix Brix Bx", "degrees Brix, grams of sugar in 100 g: '%{Brix}'"),
            ("°P °Plato Plato", "degrees Plato, grams of extract in 100 g: '%{Plato}'"),
            ("°dH", "German degrees of hardness, each 0.1783 'mmol/L'"),
            ("°fH", "French degrees of hardness, each 0.1 'mmol/L'"),
            ("HRC HRB HV HB HBW", "a hardness: '{HRC}' and the like"),
            ("ShA ShD", "a Shore hardness: '{Shore_A}' and the like"),
            ("°API API", "degrees API, from the density in 'kg/m3'"),
            ("SG sg", "a specific gravity: '1', or the density in 'kg/L'"),
            ("°Bé °Be Baumé", "degrees Baumé, from the density in 'kg/m3'"),
            ("°Oe Oechsle", "degrees Oechsle, from the density in 'g/L'"),
            ("AWG", "a gauge of wires: the area in 'mm2'"),
            ("Mach", "a multiple of the speed of sound: '{Mach}'"),
            ("FTU JTU FAU", "a turbidity: '[FNU]' or '[NTU]', by the method"),
            ("Hazen APHA Pt-Co", "a colour: '{Hazen}'"),
            ("EBC SRM", "a colour of beer: '{EBC}'"),
            ("IBU", "a bitterness of beer: '{IBU}', about 'mg/L'"),
            ("SUS SSU", "Saybolt seconds, from the viscosity in 'mm2/s'"),
            ("°E", "degrees Engler, from the viscosity in 'mm2/s'"),
            ("sone phon", "a loudness: '{sone}'"),
        )
        for text in texts.split()
    }
)

#: Words in names of metrics that say what is measured, and a unit of it.
QUANTITIES = _read("""
current A | amperage A | amps A | voltage V | power W | energy J | resistance Ohm | capacitance F
frequency Hz | weight g | mass g | payload g | length m | distance m | height m | width m | depth m
thickness m | diameter m | position m | stroke m | travel m | area m2 | volume L
time s | duration s | period s | delay s | uptime s | runtime s | age s | speed m/s | velocity m/s
pressure Pa | vacuum Pa | temperature K | temp K | force N | torque N.m
conductivity S/m | acidity [pH] | ph [pH] | throughput kg/s
""")

#: Valid codes that are written for these units where the name of the metric says so.
MISTAKEN = MappingProxyType({"deg": ("Cel", "[degF]"), "C": ("Cel",), "F": ("[degF]",)})

#: Names of units that can follow the name of a prefix.
NAMES = _read("""
metre m | meter m | gram g | gramme g | second s | litre L | liter L | watt W | volt V | ampere A
amp A | ohm Ohm | hertz Hz | newton N | pascal Pa | joule J | bar bar | siemens S | farad F
henry H | tesla T | mole mol | kelvin K | lux lx | lumen lm | candela cd | byte By | bit bit
calorie cal | becquerel Bq | sievert Sv | gray Gy | poise P | stokes St | electronvolt eV
coulomb C | weber Wb | radian rad | tonne t | bel B | rem REM
""")

PREFIX_NAMES = _read("""
tera T | giga G | mega M | kilo k | hecto h | deci d | centi c | milli m | micro u | nano n | pico p
""")

#: Products that are written as one word, and the prefixes they are used with.
COMPOUNDS = _read("""
Wh W.h 1kMGTm | Ws W.s 1kMm | Ah A.h 1km | As A.s 1m | Vs V.s 1mu | VA V.A 1kMG | VAh V.A.h 1kMG
Nm N.m 1kMmu | Ncm N.cm 1 | Pas Pa.s 1km | Wp W{peak} 1kM
var V.A{reactive} 1kMG | VAr V.A{reactive} 1kMG | VAR V.A{reactive} 1kMG
varh V.A.h{reactive} 1kMG | VArh V.A.h{reactive} 1kMG
mH2O m[H2O] 1cm | mHg m[Hg] 1cm | watthour W.h 1
""")

#: Things that plants count.
COUNTED = frozenset(
    _read("""
bag 1 | ball 1 | batch 1 | bottle 1 | box 1 | can 1 | carton 1 | case 1 | coil 1 | crate 1 | cup 1
cycle 1 | drum 1 | egg 1 | item 1 | jar 1 | keg 1 | label 1 | lot 1 | message 1 | pack 1
package 1 | pallet 1 | part 1 | piece 1 | product 1 | pulse 1 | reel 1 | roll 1 | sample 1
sheet 1 | stroke 1 | tablet 1 | tray 1 | turn 1 | unit 1 | vial 1
""")
)
