no head comment
