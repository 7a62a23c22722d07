"""Columns whose names say that they hold people's names or telephone numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from smclassify.exports.columns.roles import name_key

UNREAD_CELL: Final = "[unread]"
"""Stands for a cell that was to be masked and could not be read."""

_PEOPLE: Final = frozenset(
    map(
        name_key,
        (
            "name", "full name", "first name", "last name", "surname", "given name", "display name",
            "customer", "customer name", "client name", "contact", "contact name", "recipient",
            "requester", "requester name", "reviewer name", "author name", "from name", "nom",
            "prénom", "nom complet", "nom du client", "client", "nom affiché", "destinataire",
            "이름", "성명", "고객명", "고객 이름", "성함", "작성자명", "구매자명", "수취인",
            "수령인", "姓名", "名字", "客户姓名", "客户名称", "用户姓名", "买家姓名", "收件人",
            "收货人", "联系人", "客戶姓名", "聯絡人", "收件者",
        ),
    )
)  # fmt: skip

_PHONES: Final = frozenset(
    map(
        name_key,
        (
            "phone", "phone number", "telephone", "tel", "mobile", "mobile number", "mobile phone",
            "cell", "cell phone", "cellphone", "fax", "whatsapp", "contact number", "téléphone",
            "numéro de téléphone", "portable", "mobile client", "tél", "전화", "전화번호", "연락처",
            "휴대폰", "휴대폰 번호", "휴대전화", "핸드폰", "핸드폰 번호", "전화 번호", "电话",
            "电话号码", "联系电话", "手机", "手机号", "手机号码", "联系方式", "電話", "電話號碼",
            "聯絡電話", "手機", "手機號碼",
        ),
    )
)  # fmt: skip


def personal_columns(columns: Sequence[str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the places of the columns that hold people's names, and telephone numbers."""
    keys = [name_key(column) for column in columns]
    return (
        tuple(place for place, key in enumerate(keys) if key in _PEOPLE),
        tuple(place for place, key in enumerate(keys) if key in _PHONES),
    )
