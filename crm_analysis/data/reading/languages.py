"""What texts of a language are made of, for telling encodings apart; easy to add to."""

__all__ = ["ALPHABETS", "CHARACTERS", "COMMON_LETTERS", "OWN_SCRIPT", "SPOKEN_IN"]

# By encoding: the commonest characters of running text and of the headers of tables.
CHARACTERS = {
    "gb18030": (
        "的一是不了在人有我他这中大来上个国和地到说们为子时道出而要于就下得可你年生自会那后能对着事其里所去行"
        "过家十用发天如然作方成者多日都三小二无同么经法当起与好看学进种将还分此心前面又定见只主没公从客户编号"
        "名称期金额订单产品商数量价格类别电话地址城市区店销售员北京上海广"
    ),
    "big5": (
        "的一是不了在人有我他這中大來上個國和地到說們為子時道出而要於就下得可你年生自會那後能對著事其裡所去行"
        "過家十用發天如然作方成者多日都三小二無同麼經法當起與好看學進種將還分此心前面又定見只主沒公從客戶編號"
        "名稱期金額訂單產品商數量價格類別電話地址城市區店銷售員台北高雄服務"
    ),
    "cp949": (
        "이다는에의을가고하은지도로한사를리기인어자서시나대들니있그아라게해수만면부정보일전상장과여성했제주구원"
        "스요관국동신생각오물공것세되적않으말비무때중안마선경연유화실조년소우개문간발미방모였회용학내위음업분당"
        "금진식품객호번명액량점월울김박최"
    ),
}
SPOKEN_IN = {"gb18030": "Chinese", "big5": "traditional Chinese", "cp949": "Korean"}

# By encoding, those that are likelier first: the letters beyond ASCII of each of its languages.
ALPHABETS = {
    "cp1252": ("äöüß", "àâçèéêëîïôùûüÿœæ", "áéíóúüñ", "àáâãçéêíóôõúü", "àèéìíîòóùú", "åäöæøéüõšž",
               "áæðéíóöúýþ", "éèêëïóöüá"),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž",
               "ăâîşţ"),
    "iso8859_2": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű"),
    "cp1254": ("çğıöşüâîûi̇",),
}  # fmt: skip

# Scripts of their own, their letters from the commonest on: so many are most of a text.
COMMON_LETTERS = 20
OWN_SCRIPT = {
    "cp1251": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїє",
    "koi8_r": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "cp1253": "αοιετσνηυρπκμλςγδόίάέήύώθχφβξζψϊϋΐΰ",
}
