"""The public sites of Linli as plain files, made from the payloads of the public API (docs/payloads.md).

`build.build` brings a folder up to date with a district's feed; `rendering.render_page` makes one page from any
`source.Source`, which is how the editor's preview shows what the public will get. Nothing here knows Django.
"""
