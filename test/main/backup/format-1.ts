/** An archive as Sotto 0.4 made it, of format 1; and what it says. The key is of this archive alone. */
export const FORMAT_1 = {
  name: '20270115t075820000z-0123456789ab-0000000000000003',
  dataKey: 'vipkbnM07hvkCnz0hAR+FS2x9cPn1oYuunFLDKPSzYU=',
  /** Of its restrictions, as they were hashed then. */
  hash: '4e6692873ba428b30e8434ad214153456e13bed44a63807ff744957a9de00187',
  restrictions: [
    { id: 'bonus', title: 'Bonus', forbids: ['salary.bonus'], exceptGroups: [], countries: [], until: null, words: {} },
    {
      id: 'salary',
      title: 'Salary',
      forbids: ['salary'],
      exceptGroups: ['payroll'],
      countries: ['DE'],
      until: '2030-01-01T00:00:00.000Z',
      words: { en: 'Ask payroll.', de: 'Bitte die Abrechnung fragen.' },
    },
  ],
  bytes: [
    'c290dG8tYmFja3VwAAEAAAI2eyJraW5kIjoic3RhdGUiLCJ2ZXJzaW9uIjoiMC40LjAiLCJtYWRlQXQiOjE3OTk5OTk5MDAwMDAsImxpbmVhZ2',
    'UiOiIwMTIzNDU2Nzg5YWIiLCJyZXN0cmljdGlvbnMiOnsidmVyc2lvbiI6MywiaGFzaCI6IjRlNjY5Mjg3M2JhNDI4YjMwZTg0MzRhZDIxNDE1',
    'MzQ1NmUxM2JlZDQ0YTYzODA3ZmY3NDQ5NTdhOWRlMDAxODciLCJjb3VudCI6Mn0sInBvbGljeSI6InBvbGljeS0xIiwic2VjdGlvbnMiOnsic2',
    'V0dGluZ3MiOjAsInJlc3RyaWN0aW9ucyI6MiwiaG9sZHMiOjEsInJlY2FsbHMiOjAsImhhc2gta2V5cyI6MSwiZ3JhbnRzIjoxLCJyZWZlcmVu',
    'Y2VzIjowLCJyZW1vdmFscyI6MH0sInN0cmV0Y2hLZXlzIjpbInN0cmV0Y2gtaklZNTJvSXk0ZnlMZjRrQXpHZmZYdyJdLCJsb2dzIjpbXSwia2',
    'V5Ijp7ImlkIjoibENObmhCa0E3T0JaIiwic2FsdCI6InNqZlpoYVBBd2Mtbzh1YVRyM1AyODhRQm5tTmtfMnhURHotZ2xRcDhRM0UiLCJ3cmFw',
    'cGVkIjoiMjFiTXhOeklTQ2xsZXFVcW1KZF9tbE81anNBZEVrd1AwUVhUOThWWkctQTE2NjRJaURQaFdUSHNuTlJZNXRVVHhVRDY2Z2dyZWxsQW',
    'otMXIifX26z1ZTbz0JRwZKNJnNKHNf4clYgUJGLfBuxH0Atm+IsP7Kfs3wxYz6PhHXpGXcdSJ7CMkAmHy7y8YVxP71yGlgGeSyn5XTkKI/IaKn',
    'aYF2WWfDRqCh4hB5Pzt118+bSWh6ubvaBIg6afDT0jbvV2oBFYhxRiJOMvdb2bjG+9NZhSdVmkOweiftwVk/p5B6LXFKZziXeLd8yqdLehZDlD',
    '/xnUJdLtaNqaPXt3HraAOn6GJWbms0h0dghzeFqckutv0yZEPJkA/OeCUSUR9qr4WFW0nRZkWq+Mbyo1pIfXDPAyaNuL+HlG6Qz+5G9JwZG04B',
    'CwvKhmSM/2jsPkVHKPm82hzF2sUJ7QDYBNhqyF78YHwIzYgI9LlKlCL9ia9NiBVnxXT9J+3mX/6o5ByAXN7kcaGch1dmTWxHI9xtILPBjm+z2w',
    '155gCSeRDaRmRGML2MaLXST4y2YTXAAgZFkChf/UnUrnxVXoqrbNJG/8MeZAPy7/jwmcLwwAndY8wUklvg9652HxlF33miS7bUwmEgrsbX2FcB',
    'bHaI4Z806XtPaJeNlTmM1cLtbYZqamF0dB0z8crOU6FpNhOYjGC71/Tap4JuNscjb+T10NLUusOap3Pcnd/ox168iVAEV749TdLHwNhkPbW79t',
    'jNUDiqqTttxmEbEGQqU701jwgf+j2RQ2Sz5cU=',
  ].join(''),
};
