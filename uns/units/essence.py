"""The symbols of UCUM 2.2: prefixes, units and what each is defined by.

Every unit is defined by a number and a term of other symbols, down to the seven base units, so
every valid term has an exact factor and a dimension. Two kinds are listed apart: units whose value
is a function of a ratio (``SPECIAL``), and arbitrary units.

The facts are from the UCUM table, https://ucum.org, copyright Regenstrief Institute and the UCUM
Organization. Its licence asks that codes keep their meaning, and that the source is named; see
docs/reference/units.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

#: The seven base units of all dimensions, in UCUM's order.
BASE = ("m", "s", "g", "rad", "K", "C", "cd")


def _read(table: str) -> Mapping[str, str]:
    """Read symbols and their definitions, separated by ``|``."""
    rows = (row.strip().partition(" ") for line in table.splitlines() for row in line.split("|"))
    return MappingProxyType({symbol: term.strip() for symbol, _, term in rows if symbol})


def _symbols(text: str) -> frozenset[str]:
    return frozenset(text.split())


_POWERS = """
Y 24 | Z 21 | E 18 | P 15 | T 12 | G 9 | M 6 | k 3 | h 2 | da 1
d -1 | c -2 | m -3 | u -6 | n -9 | p -12 | f -15 | a -18 | z -21 | y -24
"""
PREFIXES = MappingProxyType(
    {symbol: Fraction(10) ** int(power) for symbol, power in _read(_POWERS).items()}
    | {symbol: Fraction(1024) ** power for power, symbol in enumerate(("Ki", "Mi", "Gi", "Ti"), 1)}
)

#: Units that can have a prefix, each defined by a term, or a number and a term.
METRIC = _read("""
mol 6.02214076e23 1 | sr rad2 | Hz s-1 | N kg.m/s2 | Pa N/m2 | J N.m | W J/s | A C/s | V J/C
F C/V | Ohm V/A | S Ohm-1 | Wb V.s | T Wb/m2 | H Wb/A | lm cd.sr | lx lm/m2 | Bq s-1
Gy J/kg | Sv J/kg | kat mol/s | U umol/min | eq mol | osm mol | mho S
l dm3 | L l | st m3 | ar 100 m2 | t 1000 kg | u 1.66053906660e-24 g | g% g/dl | tex g/km
bar 100000 Pa | m[H2O] 9.80665 kPa | m[Hg] 133.3220 kPa | gf g.[g] | dyn g.cm/s2
eV [e].V | erg dyn.cm | pc 3.085678e16 m | [ly] [c].a_j
cal cal_th | cal_th 4.184 J | cal_IT 4.1868 J | cal_m 4.19002 J
cal_[15] 4.18580 J | cal_[20] 4.18190 J
P dyn.s/cm2 | St cm2/s | Gal cm/s2 | Ky cm-1
Bi 10 A | G 1e-4 T | Mx 1e-8 Wb | Oe 250 /[pi].A/m | Gb Oe.cm
sb cd/cm2 | Lmb cd/cm2/[pi] | ph 1e-4 lx
Ci 3.7e10 Bq | R 2.58e-4 C/kg | RAD 100 erg/g | REM RAD
[c] 299792458 m/s | [h] 6.62607015e-34 J.s | [k] 1.380649e-23 J/K | [e] 1.602176634e-19 C
[eps_0] 8.854187817e-12 F/m | [mu_0] 4.[pi].10*-7.N/A2 | [G] 6.67430e-11 m3.kg-1.s-2
[m_e] 9.1093837139e-31 kg | [m_p] 1.67262192595e-27 kg | [g] 9.80665 m/s2
bit 1 | By 8 bit | Bd /s | [IU] [iU]
""")

#: Units that cannot have a prefix.
PLAIN = _read("""
10* 10 1 | 10^ 10 1
[pi] 3.1415926535897932384626433832795028841971693993751058209749445923 1
% 0.01 1 | [ppth] 1e-3 1 | [ppm] 1e-6 1 | [ppb] 1e-9 1 | [pptr] 1e-12 1 | [car_Au] /24
deg [pi].rad/180 | gon 0.9 deg | ' deg/60 | '' '/60 | circ 2 [pi].rad | sph 4 [pi].sr
min 60 s | h 60 min | d 24 h | wk 7 d | [S] 1e-13 s
a a_j | a_j 365.25 d | a_g 365.2425 d | a_t 365.24219 d
mo mo_j | mo_j a_j/12 | mo_g a_g/12 | mo_s 29.53059 d
AU 149597.870691 Mm | Ao 0.1 nm | b 100 fm2 | [Ch] mm/3 | [diop] /m | [mesh_i] /[in_i]
atm 101325 Pa | att kgf/cm2 | [psi] [lbf_av]/[in_i]2 | [lbf_av] [lb_av].[g]
[in_i'H2O] m[H2O].[in_i]/m | [in_i'Hg] m[Hg].[in_i]/m | [HP] 550 [ft_i].[lbf_av]/s | [degR] 5 K/9
[Btu] [Btu_th] | [Btu_th] 1.054350 kJ | [Btu_IT] 1.05505585262 kJ | [Btu_m] 1.05587 kJ
[Btu_39] 1.05967 kJ | [Btu_59] 1.05480 kJ | [Btu_60] 1.05468 kJ | [Cal] kcal_th

[in_i] 2.54 cm | [ft_i] 12 [in_i] | [yd_i] 3 [ft_i] | [mi_i] 5280 [ft_i] | [fth_i] 6 [ft_i]
[mil_i] 0.001 [in_i] | [hd_i] 4 [in_i] | [nmi_i] 1852 m | [kn_i] [nmi_i]/h | [smoot] 67 [in_i]
[sin_i] [in_i]2 | [sft_i] [ft_i]2 | [syd_i] [yd_i]2 | [cml_i] [pi]/4.[mil_i]2
[cin_i] [in_i]3 | [cft_i] [ft_i]3 | [cyd_i] [yd_i]3 | [bf_i] 144 [in_i]3 | [cr_i] 128 [ft_i]3

[ft_us] 1200 m/3937 | [in_us] [ft_us]/12 | [yd_us] 3 [ft_us] | [fth_us] 6 [ft_us]
[rd_us] 16.5 [ft_us] | [ch_us] 4 [rd_us] | [lk_us] [ch_us]/100 | [fur_us] 40 [rd_us]
[rch_us] 100 [ft_us] | [rlk_us] [rch_us]/100 | [mi_us] 8 [fur_us] | [mil_us] 0.001 [in_us]
[srd_us] [rd_us]2 | [acr_us] 160 [rd_us]2 | [smi_us] [mi_us]2 | [sct] [mi_us]2 | [twp] 36 [sct]

[in_br] 2.539998 cm | [ft_br] 12 [in_br] | [pc_br] 2.5 [ft_br] | [yd_br] 3 [ft_br]
[fth_br] 6 [ft_br] | [rd_br] 16.5 [ft_br] | [ch_br] 4 [rd_br] | [lk_br] [ch_br]/100
[mi_br] 5280 [ft_br] | [nmi_br] 6080 [ft_br] | [kn_br] [nmi_br]/h | [acr_br] 4840 [yd_br]2

[gal_us] 231 [in_i]3 | [bbl_us] 42 [gal_us] | [qt_us] [gal_us]/4 | [pt_us] [qt_us]/2
[gil_us] [pt_us]/4 | [foz_us] [gil_us]/4 | [fdr_us] [foz_us]/8 | [min_us] [fdr_us]/60
[tbs_us] [foz_us]/2 | [tsp_us] [tbs_us]/3 | [cup_us] 16 [tbs_us] | [crd_us] 128 [ft_i]3
[bu_us] 2150.42 [in_i]3 | [pk_us] [bu_us]/4 | [dqt_us] [pk_us]/8 | [dpt_us] [dqt_us]/2
[gal_wi] [bu_us]/8 | [foz_m] 30 mL | [cup_m] 240 mL | [tbs_m] 15 mL | [tsp_m] 5 mL | [drp] ml/20
[gal_br] 4.54609 l | [pk_br] 2 [gal_br] | [bu_br] 4 [pk_br] | [qt_br] [gal_br]/4
[pt_br] [qt_br]/2 | [gil_br] [pt_br]/4 | [foz_br] [gil_br]/5 | [fdr_br] [foz_br]/8
[min_br] [fdr_br]/60

[gr] 64.79891 mg | [lb_av] 7000 [gr] | [oz_av] [lb_av]/16 | [dr_av] [oz_av]/16
[stone_av] 14 [lb_av] | [scwt_av] 100 [lb_av] | [lcwt_av] 112 [lb_av]
[ston_av] 20 [scwt_av] | [lton_av] 20 [lcwt_av]
[pwt_tr] 24 [gr] | [oz_tr] 20 [pwt_tr] | [lb_tr] 12 [oz_tr]
[sc_ap] 20 [gr] | [dr_ap] 3 [sc_ap] | [oz_ap] 8 [dr_ap] | [lb_ap] 12 [oz_ap]
[oz_m] 28 g | [car_m] 0.2 g | [den] g/9/km

[lne] [in_i]/12 | [pnt] [lne]/6 | [pca] 12 [pnt] | [pnt_pr] 0.013837 [in_i] | [pca_pr] 12 [pnt_pr]
[pied] 32.48 cm | [pouce] [pied]/12 | [ligne] [pouce]/12 | [didot] [ligne]/6 | [cicero] 12 [didot]

[NTU] 1 | [FNU] 1 | [hnsf'U] 1 | [HPF] 1 | [LPF] 100 1
[PRU] mm[Hg].s/ml | [wood'U] mm[Hg].min/L | [MET] 3.5 mL/min/kg
""")

#: Arbitrary units, defined by the effect of a substance; they cannot be converted [UCUM §24].
ARBITRARY = _symbols("""
    [iU] [arb'U] [USP'U] [GPL'U] [MPL'U] [APL'U] [beth'U] [anti'Xa'U] [todd'U] [dye'U] [smgy'U]
    [bdsk'U] [ka'U] [knk'U] [mclg'U] [tb'U] [CCID_50] [TCID_50] [EID_50] [PFU] [FFU] [CFU] [IR]
    [BAU] [AU] [Amb'a'1'U] [PNU] [Lf] [D'ag'U] [FEU] [ELU] [EU]
    [hp_X] [hp_C] [hp_M] [hp_Q] [kp_X] [kp_C] [kp_M] [kp_Q]
""")


#: Symbols that say what is counted or how it is measured, which the dimension does not.
TELLING = _symbols("""
eq osm bit By Bd Bq Ci Gy Sv RAD REM Ky [NTU] [FNU] [hnsf'U] [HPF] [LPF] [car_Au] [diop] [mesh_i]
[MET]
""")


#: Units whose value is a function of a ratio: the function, and the reference of the ratio.
SPECIAL = MappingProxyType(
    {
        "Cel": ("Cel", "K"),
        "[degF]": ("[degF]", "5 K/9"),
        "[degRe]": ("[degRe]", "5 K/4"),
        "[pH]": ("-lg", "mol/l"),
        "Np": ("ln", "1"),
        "B": ("lg", "1"),
        "B[SPL]": ("2lg", "2e-5 Pa"),
        "B[V]": ("2lg", "V"),
        "B[mV]": ("2lg", "mV"),
        "B[uV]": ("2lg", "uV"),
        "B[10.nV]": ("2lg", "10 nV"),
        "B[W]": ("lg", "W"),
        "B[kW]": ("lg", "kW"),
        "bit_s": ("ld", "1"),
        "[hp'_X]": ("-lg", "1"),
        "[hp'_C]": ("-lg 100", "1"),
        "[hp'_M]": ("-lg 1000", "1"),
        "[hp'_Q]": ("-lg 50000", "1"),
        "[p'diop]": ("100tan", "rad"),
        "%[slope]": ("100tan", "rad"),
        "[m/s2/Hz^(1/2)]": ("sqrt", "m2/s4/Hz"),
    }
)

#: All symbols that can have a prefix.
PREFIXABLE = (
    frozenset(BASE)
    | METRIC.keys()
    | {"[iU]", "Cel", "Np", *(symbol for symbol in SPECIAL if symbol.startswith("B"))}
)
