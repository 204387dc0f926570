"""Pieces of text that a format gives a meaning, by ending, to be repeated many times."""

from __future__ import annotations

ANYWHERE = (
    'a', '( ', '((', '[', '{', '<', '"', "'", '`', '*', '_', '**a ', '$', '$$ ', '\\', '%', '#', '|', '~', '^', '=',
    ':', '::', '-', '- ', '+ ', '> ', '&', '&#', '&a;', '@', '!', '\n', '\r', ' ', '\t', '\n\n', 'a\n', 'a b\n',
    '<a ', '<!--', '<![CDATA[', '<?', '</a>', '{{', '}}', '\\begin{a}', '\\a{', ']]', '[[', '[a](', '![',
    '<a href="', 'a=', 'a:\n', '0', '1.', '\x0c', '\x00', '\u0301', '\ud83d', '\u202e', 'a-\n', '-\n', '....', '/*',
    '//', '"""', '<<', '::\n  ', '. ',
)  # fmt: skip

OF_ENDINGS: dict[str, tuple[str, ...]] = {
    '.md': (
        '    a\n\n', '1. a\n', '* a\n  ', '> - ', '[a]: b\n', '***a', '_a_b', '~~', '```\n', '| a | b\n|---|\n',
        'a\n===\n', '<div>\n', '&lt;', '\\*', '![a][b]', '[^1]', '[^1]: a\n', '---\n', '- - ', 'a  \n', '`` ` ',
        '<b ', '<a@', 'http://a.', 'https://a(', '$a$', '{#a}', '\n> ', '[a][', '[](', '*a **b ',
    ),
    '.rst': (
        '.. a::\n', '`a`_ ', '*a', '**a', '|a|', ':a:`b', 'a\n=\n', '+--+\n', '=== ===\n', '.. _a: b\n',
        '.. [1] a\n', '``a', '* a\n\n  ', '   ', '`a <', '::\n\n a\n', '.. |a| b:: c\n', '- \n ', '=====  =====\n',
        '+-+\n| |\n',
    ),
    '.org': (
        '* a\n', '** a\n', '[[a][', '#+BEGIN_SRC\n', '#+begin_quote\n', '| a |\n', '/a ', '*a* ', '~a', '=a',
        '- a\n  ', ':a:\n', '<2020-01-01 ', '[fn:1] ', '#+a: b\n', '\\alpha ', '{{{a(', '$a ', '|-\n',
        ':PROPERTIES:\n', '\\begin{a}\n',
    ),
    '.adoc': (
        '= a\n', '== a\n', '|===\n', '|a', '----\n', '....\n', '====\n', '* a\n', '** a\n', 'a::\n', '{a}', '<<a',
        '[a]\n', 'include::a[]\n', 'ifdef::a[]\n', '*a', '_a', '`+a', '+\n', 'image::a[', ':a: {a}\n',
        ':a: {b}{b}\n', 'pass:[', 'xref:a[', 'link:a[', 'a:: b\n', '[[', '(((',
    ),
    '.tex': (
        '\\begin{a}', '\\section{', '\\footnote{', '\\def\\a{', '\\newcommand{\\a}{', '\\input{a}', '$a', '\\[',
        '\\(', '\\verb|', '%a\n', '\\item ', '{', '}', '\\a[', '\\cite{', '&', '\\\\', '\\begin{tabular}{',
        '\\begin{verbatim}', "\\'", '\\^{', '~', '---', '``', '\\newcommand\\a{\\a\\a}\\a ', '\\begin{equation}',
        '\\item[', '\\href{a}{', '\\caption{',
    ),
    '.bib': (
        '@a{', '@a{b,', 'a={', 'a="', 'a=b#', '@string{a=a#a}', '@comment{', '}\n', '@a(', '{{', 'title={a},\n',
        '@article{a, author={A and ', ' and ', "\\'{", 'author={a and b and ',
    ),
    '.ris': (
        'TY  - JOUR\n', 'ER  - \n', 'AU  - a\n', 'T1  - a\n', '  a\n', 'AB  - a\n',
    ),
    '.enw': (
        '%0 a\n', '%A a\n', '%',
    ),
    '.nbib': (
        'PMID- 1\n', '      a\n', 'TI  - a\n', 'AU  - \n',
    ),
    '.properties': (
        'a=b\\\n', '\\u', 'a\\:', '\\', 'a=\\u00', 'a b\n', '!a\n', '\\\n', ' \\\n',
    ),
    '.man': (
        '.TH a 1\n', '.SH a\n', '.B a\n', '\\fB', '\\f(', '\\*(', '\\*[', '\\n[', '.de a\n', '.ds a \\*a\n',
        '.so a\n', '.if 1 ', '.ie 1 \\{', '.TS\n', '.nr a 1\n', '\\"', '.\\}', '\\s+', '\\(', '.while 1 ', '.am a\n',
        '.a\n', '.Sh a\n.Nm a\n', '.Bl\n', '.It ', '.Xr ', '.de a\n.a\n..\n.a\n', '.Bd\n', '.if n \\{',
    ),
    '.srt': (
        '1\n00:00:00,000 --> 00:00:01,000\n', 'a\n\n', '-->', '1\n', '<i>', '{\\a', '00:00',
    ),
    '.vtt': (
        'WEBVTT\n\n', 'NOTE ', '<c.', '<v a>', '00:00.000 --> 00:01.000\n', 'STYLE\n',
    ),
    '.ass': (
        '[Events]\n', 'Dialogue: 0,', '{\\', 'Format: a,b\n', '\\N', ' ,',
    ),
    '.sbv': (
        '0:00:00.000,0:00:01.000\n',
    ),
    '.po': (
        'msgid "', 'msgid "a"\n', 'msgstr "a"\n', '"a"\n', '#: a\n', '#, fuzzy\n', '\\', 'msgctxt "a"\n',
        'msgstr[0] "', '#~ ', 'msgid_plural "a"\n',
    ),
    '.xml': (
        '<a>', '<a/>', "<a b='", '<!DOCTYPE a [', "<!ENTITY a '", '<![CDATA[', '<?a ', '&#x', "xmlns:a='b' ",
        '<a:b>', '<!ELEMENT a b>', "<a xmlns='b'>", '<!ATTLIST a b CDATA #IMPLIED>', '&amp;', '<p>a</p>',
        "<a b='c'>\n", '<!-- ',
    ),
    '.svg': (
        '<svg>', '<text>', '<tspan>', '<g>',
    ),
    '.fb2': (
        '<section>', '<p>', '<body>',
    ),
    '.tei': (
        '<div>', '<p>',
    ),
    '.dbk': (
        '<section>', '<para>',
    ),
    '.html': (
        '<table>', '<td>', '<tr><td>', '<ul><li>', '<li>', '<p>', '<a>', '<b>', '<pre>', '<textarea>', '<title>',
        '<svg>', '<math>', '<template>', '<select><option>', '<ruby><rt>', '<br>', '<h1>', '<form>', '<iframe>',
        '<noscript>', '<style>', '<xmp>', '<plaintext>', '&amp', '&#x', '&#1;', '&notit;', '<a href=x>y</a>',
        '<img alt="x">', '</p>', '</', '<!', '<!DOCTYPE', '<script>a</script>', '<b><i></b></i>', '<p id=',
        '<table><caption>', '<dl><dt>a', '<div hidden>', '<sup>', '<meta ', '<details>', '<frameset>',
        '<td rowspan=9999 colspan=9999>', '<td rowspan=1000>a', '<tr><td rowspan=1000>a<td>', '<nobr>', '<font><p>',
        '<a><p>', '<object>',
    ),
    '.rtf': (
        '{\\a', '{\\*\\a ', '\\par ', "\\'e9", '\\u1234?', '{\\fonttbl', '{\\pict', '\\bin1 ', '\\cell ', '\\row ',
        '{\\field{\\*\\fldinst', '{\\info{\\title', '\\uc9999 \\u1 ', '}{', '{\\stylesheet{', '\\trowd\\cellx',
        '\\intbl\\cell\\row', '{\\footnote ', '{\\listtext', '\\ucN', '\\-', '\\~', '{\\*\\listtable{\\list',
        '{\\header ', '\\pard ', '\\deff1 \\f1 ', '\\ansicpg932 ', '{\\upr{', '\\plain\\f0 ',
    ),
    '.eml': (
        'From: a\n', 'Subject: a\n', ' a\n', 'Content-Type: multipart/mixed; boundary=a\n\n--a\n', '--a\n',
        'Content-Type: message/rfc822\n\n', 'Content-Type: text/html\n\n<p>', 'To: a <a@b>, ',
        'Content-Type: text/plain; a=', '; a*0=b', '; a="', '=?utf-8?q?', '=?utf-8?b?', '=?', '(', '(a ', '<a@',
        '"a" ', '=\n', '=3D', 'To: (((', 'Received: from a; ', 'References: <a> ', 'begin 644 a\n', 'M', '--a--\n',
        'Date: ', 'Content-Transfer-Encoding: base64\n\n', 'Content-Type: application/ms-tnef\n\n',
        'To: =?utf-8?q?a?= ', 'To: a:', 'To: a,b;', "Content-Disposition: attachment; filename*=utf-8''",
        '; filename*0*=a', '\\',
    ),
    '.mbox': (
        'From a Mon Jan  1 00:00:00 2020\n', '\nFrom a\n', '>From ', 'From \n\n',
        '\n\nFrom a@b Thu Jan 1 00:00:00 1970\nSubject: x\n',
    ),
    '.mht': (
        'Content-Type: multipart/related; boundary=a\n\n--a\nContent-Location: x\n\n',
        '--a\nContent-Type: text/html\n\n<p>a\n', 'Content-ID: <a>\n', '=\n',
    ),
    '.warc': (
        'WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n',
        'WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999\r\n\r\n', 'WARC/1.0\r\n', 'a: b\r\n',
        'WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: 40\r\n\r\n'
        'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n',
        'Transfer-Encoding: chunked\r\n', '1\r\na\r\n',
    ),
    '.csv': (
        'a,', '"', '""', '"a"\n', 'a;', 'a\tb\n', '"a\nb",', '\n"', 'a,b\n', '\\"', ',"', "'", 'a|b\n', '"\n',
    ),
    '.tsv': (
        '\t', '"\t', 'a\tb\n',
    ),
    '.jsonl': (
        '{"a":', '{}\n', '[\n', '{"text":"a"}\n', '{"a":1,', '"\\u', '{"text":[[', '{"id":"a","text":"b"}\n',
        '{"a":{"b":', '1\n', '"a"\n', 'nul\n', '{\n',
    ),
    '.json': (
        '[', '{"a":', '[1,', '{"a":{},', '"a\\u00', '[[],', '{"a":"b",', '-', '1e', '//a\n', '/*', '{a:', "'",
        '["a",', '[{"a":1},', 'tru', '0x',
    ),
    '.plist': (
        '<dict>', '<key>a</key>', '<array>', '<string>a</string>', '<data>', '<integer>9', '{a=', '(a,',
        '<dict><key>a</key>',
    ),
    '.ics': (
        'BEGIN:VCALENDAR\n', 'BEGIN:VEVENT\n', 'SUMMARY:a\n', ' a\n', 'END:VEVENT\n', 'ATTENDEE;CN="',
        'RRULE:FREQ=SECONDLY\n', 'DTSTART;TZID=a:2020\n', 'a;b=', 'a;b="c";', 'DESCRIPTION:\\n', '\\,',
        'BEGIN:VEVENT\nEND:VEVENT\n',
    ),
    '.vcf': (
        'BEGIN:VCARD\n', 'N:a;b\n', 'NOTE;ENCODING=QUOTED-PRINTABLE:=\n', '=\n', 'TEL;', 'PHOTO;ENCODING=b:',
        'EMAIL:a\n', 'item1.a:b\n', 'BEGIN:VCARD\nFN:a\nEND:VCARD\n',
    ),
    '.ipynb': (
        '{"cells":[', '{"cell_type":"markdown","source":[', '{"cell_type":"code","source":"a"},',
    ),
    '.py': (
        'def a():\n', 'class a:\n    ', '"""', '#', '@', '    ', 'a.', 'lambda ', "f'{",
    ),
    '.c': (
        '/*', '//', '#if\n', '{', '#define a \\\n', '"', 'L"', "'",
    ),
    '.js': (
        '`${', '/', '//', '/*', '=>', '<a>',
    ),
    '.sql': (
        "'", '--', '/*', '$$', '$a$',
    ),
    '.sh': (
        '<<a\n', '$(', '`', '${', '#',
    ),
    '.rb': (
        '=begin\n', '%q(', '<<~A\n', '#{',
    ),
    '.lua': (
        '--[[', '[=[',
    ),
    '.php': (
        '<?php ', '?>', '/*', '<<<A\n',
    ),
    '.vue': (
        '<template>', '<script>',
    ),
    '.hs': (
        '{-', '--',
    ),
    '.ml': (
        '(*',
    ),
    '.vhd': (
        '--',
    ),
    '.css': (
        '/*', 'a{',
    ),
    '.tf': (
        '<<EOT\n',
    ),
    '.nix': (
        "''",
    ),
    '.el': (
        ';', '(', '"',
    ),
    '.pl': (
        '=pod\n', 'q{', '#',
    ),
    '.r': (
        "#'",
    ),
    '.bat': (
        '::', 'rem ',
    ),
    '.ps1': (
        '<#',
    ),
    '.txt': (),
    '.log': (),
    '.fodt': (
        '<text:p>', '<text:span>', "<text:s text:c='99999'/>",
        "<table:table-cell table:number-columns-repeated='9999'>",
        "<table:table-row table:number-rows-repeated='99999'><table:table-cell><text:p>a</text:p></table:table-cell>"
        "</table:table-row>",
        '<text:list>', '<text:list-item>', '<draw:frame>', '<text:note>', '<text:h>', '<office:body>',
    ),
    '.fods': (
        '<text:p>', '<text:span>', "<text:s text:c='99999'/>",
        "<table:table-cell table:number-columns-repeated='9999'>",
        "<table:table-row table:number-rows-repeated='99999'><table:table-cell><text:p>a</text:p></table:table-cell>"
        "</table:table-row>",
        '<text:list>', '<text:list-item>', '<draw:frame>', '<text:note>', '<text:h>', '<office:body>',
    ),
    '.fodp': (
        '<text:p>', '<text:span>', "<text:s text:c='99999'/>",
        "<table:table-cell table:number-columns-repeated='9999'>",
        "<table:table-row table:number-rows-repeated='99999'><table:table-cell><text:p>a</text:p></table:table-cell>"
        "</table:table-row>",
        '<text:list>', '<text:list-item>', '<draw:frame>', '<text:note>', '<text:h>', '<office:body>',
    ),
    '.emlx': (),
    '.xhtml': (),
}  # fmt: skip

_OPEN_DOCUMENT = (
    "<office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
    "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' "
    "xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0'><office:body><office:"
)
HEADS = {
    '.xml': "<?xml version='1.0'?><r>",
    '.svg': '<svg>',
    '.html': '<html><body>',
    '.rtf': '{\\rtf1\\ansi ',
    '.eml': 'From: a@b\n',
    '.emlx': '9\nFrom: a@b\n',
    '.mbox': 'From a\nFrom: b\n',
    '.plist': "<?xml version='1.0'?><plist>",
    '.ics': 'BEGIN:VCALENDAR\n',
    '.ipynb': '{"cells":[',
    '.fodt': _OPEN_DOCUMENT + 'text>',
    '.vtt': 'WEBVTT\n\n',
    '.bib': '@article{a,\n title={',
    '.man': '.TH A 1\n.SH A\n',
    '.mht': 'From: a\nSnapshot-Content-Location: x\nMIME-Version: 1.0\n',
    '.tex': '\\documentclass{a}\\begin{document}\n',
    '.fods': _OPEN_DOCUMENT + 'spreadsheet>',
    '.fodp': _OPEN_DOCUMENT + 'presentation>',
}  # fmt: skip
"""What makes the rest a document of the format."""
