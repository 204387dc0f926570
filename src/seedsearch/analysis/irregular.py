"""English words with irregular forms: children is a form of child, wrote and written of write.

A stemmer knows only endings. A form that is as often another word is left out (left, saw, rose, led, won, bases).
`core/c/irregular.h` has the same table; a test compares the two.
"""

_WORDS = b"""
arise arose arisen | awake awoke awoken | beat beaten | become became | begin began begun | bend bent | bite bitten
bleed bled | blow blew blown | break broke broken | breed bred | bring brought | build built | burn burnt
buy bought | catch caught | choose chose chosen | cling clung | come came | creep crept | deal dealt | dig dug
draw drew drawn | dream dreamt | drink drank | drive drove driven | dwell dwelt | eat ate eaten | fall fell fallen
feel felt | fight fought | find found | flee fled | fling flung | fly flew flown | forbid forbade forbidden
foresee foresaw foreseen | forget forgot forgotten | forgive forgave forgiven | freeze froze frozen | get got gotten
give gave given | go went gone | grow grew grown | hang hung | hear heard | hide hid hidden | hold held | keep kept
kneel knelt | know knew known | lay laid | leap leapt | learn learnt | lend lent | lie lain | light lit | lose lost
make made | mean meant | meet met | mistake mistook mistaken | overcome overcame | overthrow overthrew overthrown
pay paid | prove proven | rebuild rebuilt | ride rode ridden | ring rang rung | rise risen | run ran | say said
see seen | seek sought | sell sold | send sent | shake shook shaken | shine shone | show shown
shrink shrank shrunk | sing sang sung | sink sank sunk | sleep slept | slide slid | speak spoke spoken | spell spelt
spend spent | spill spilt | spin spun | spoil spoilt | spring sprang sprung | stand stood | steal stole stolen
stick stuck | sting stung | strike struck stricken | strive strove striven | swear swore sworn | sweep swept
swim swam swum | swing swung | take took taken | teach taught | tear tore torn | tell told | think thought thoughts
throw threw thrown | tread trod trodden | undergo underwent undergone | understand understood
undertake undertook undertaken | uphold upheld | wake woke woken | wear wore worn | weave wove woven | weep wept
withdraw withdrew withdrawn | withstand withstood | wring wrung | write wrote written

child children | grandchild grandchildren | schoolchild schoolchildren | man men | woman women | ox oxen
businessman businessmen | businesswoman businesswomen | chairman chairmen | congressman congressmen
congresswoman congresswomen | countryman countrymen | craftsman craftsmen | englishman englishmen | fireman firemen
fisherman fishermen | foreman foremen | frenchman frenchmen | freshman freshmen | gentleman gentlemen
gunman gunmen | irishman irishmen | policeman policemen | policewoman policewomen | salesman salesmen
serviceman servicemen | spokesman spokesmen | spokeswoman spokeswomen | sportsman sportsmen | statesman statesmen
workman workmen | foot feet | tooth teeth | goose geese | mouse mice | louse lice | calf calves | half halves
knife knives | loaf loaves | scarf scarves | shelf shelves | thief thieves | wife wives | housewife housewives
midwife midwives | wolf wolves | alumnus alumni | analysis analyses | antenna antennae | appendix appendices
bacterium bacteria | cactus cacti | crisis crises | criterion criteria | curriculum curricula | diagnosis diagnoses
focus foci | formula formulae | fungus fungi | hypothesis hypotheses | index indices | larva larvae
matrix matrices | memorandum memoranda | nucleus nuclei | oasis oases | parenthesis parentheses
phenomenon phenomena | radius radii | stimulus stimuli | stratum strata | syllabus syllabi | synthesis syntheses
thesis theses | vertebra vertebrae | vertex vertices
bus buses busses | gas gases gasses | lens lenses | bias biases | atlas atlases | canvas canvases | alias aliases
quiz quizzes | iris irises | elf elves | hoof hooves | penny pence | genus genera | corpus corpora
spectrum spectra | symposium symposia | addendum addenda | millennium millennia | codex codices | vortex vortices
nebula nebulae | alga algae | locus loci | neurosis neuroses | prognosis prognoses | automaton automata
forsake forsook forsaken | foretell foretold | withhold withheld | behold beheld | rewrite rewrote rewritten
retake retook retaken | undo undid undone | sit sat | slay slew slain | mislead misled | repay repaid
"""

IRREGULAR = {
    form: base
    for line in _WORDS.splitlines()
    for base, *forms in map(bytes.split, filter(bytes.strip, line.split(b"|")))
    for form in forms
}
"""The irregular forms, and the word that each is a form of."""
