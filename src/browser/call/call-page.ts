/** Calls, as far as a person sees, hears and clicks them. */
import type { AsksReach, CallNews } from '../../page-protocol.ts'
import type { CallText } from '../../text/call-pt.ts'
import { createAdding } from './adding/adding.ts'
import { companyIn } from './adding/company.ts'
import { askAttention } from './attention/attention.ts'
import { startCallButtons } from './call-buttons.ts'
import { startCallKeys } from './call-keys.ts'
import { type CallState, membersOf } from './call-machine.ts'
import { startEngine } from './connection/engine.ts'
import { type Controller, createController } from './controller.ts'
import { chosenDevices } from './devices/chosen-devices.ts'
import { createLocalMedia } from './devices/local-media.ts'
import { needsNoDevices } from './devices/permission.ts'
import { createRingingPicture } from './devices/ringing-picture.ts'
import { createGrid } from './grid/grid.ts'
import { createMissedList, type MissedList, type MissedListParts } from './missed/missed-list.ts'
import { createMissedWatch } from './missed/missed-watch.ts'
import { screened, startBlockButtons } from './panels/block-buttons.ts'
import { createCallPanels } from './panels/call-panels.ts'
import { block } from './panels/elements.ts'
import { startReadiness } from './readiness/readiness.ts'
import { createCallView } from './view/call-view.ts'
import { startFlipButton } from './view/flip-button.ts'
import { endLargePicture, startLargePicture } from './view/large-picture.ts'
import { startMoreMenu } from './view/more-menu.ts'

/** For the outcome to be read before the server's wish to go elsewhere is followed. */
const leaveAfterMs = 3_000

/** What calls need of the page, which was there before them. */
type Page = Pick<
  typeof import('../connection.ts'),
  'leavePage' | 'listenToCalls' | 'send' | 'sendCall'
> &
  Pick<typeof import('./panels/relay-choice.ts'), 'isRelayedOnly'>

/** The script of calls, loaded late. */
export type LateCalls = { start: (page: Page) => void }

export function startCalls(t: CallText, page: Page): void {
  const { me = '' } = document.body.dataset
  const missedCalls = createMissedWatch(me)
  const ringingPicture = createRingingPicture(t)
  const readiness = startReadiness(t)
  const local = createLocalMedia({
    devices: navigator.mediaDevices,
    chosen: chosenDevices,
    cameraInHand: ringingPicture.copy,
    onChange: () => {
      controller.localChanged()
      view.showLocal()
      panels.localChanged()
      flip.localChanged()
    },
  })
  const grid = createGrid({ t, local })
  const view = createCallView(t, local, grid)
  const panels = createCallPanels({
    t,
    local,
    sendChat: (text) => controller.sendChat(text),
  })
  const flip = startFlipButton(local)

  const controller = createController({
    send: page.sendCall,
    startEngine,
    local,
    isRelayedOnly: page.isRelayedOnly,
    needsNoDevices,
    onState,
    shows: (key) => ({
      ...panels.shows(key),
      remote: (stream) => grid.play(key, stream),
      shown: (shown) => grid.shown(key, shown),
      channel: (open) => view.setChannelOpen(key, open),
      speaking: (speaking) => grid.speaking(key, speaking),
    }),
  })

  const adding = createAdding({
    t,
    maxMembers: Number(block('call-area').dataset.maxMembers),
    invite: (person, tag) => controller.happen({ from: 'person', does: 'invite', person, tag }),
    uninvite: (person) => controller.happen({ from: 'person', does: 'uninvite', person }),
  })

  function onState(state: CallState, before: CallState): void {
    if (state.at === 'connecting' && before.at !== 'connecting') panels.reset()
    view.show(state)
    adding.show(companyIn(state))
    panels.members(
      membersOf(state).map(({ key, person, link }) => ({ key, name: person.name, link })),
    )
    missedCalls.became(state, before)
    if (state.at === before.at) return
    askAttention(t, state)
    ringingPicture.show(state.at === 'ringing-in')
    if (state.at !== 'idle' && state.at !== 'over') readiness.close()
    if (state.at === 'over' || state.at === 'idle') endCall()
  }

  function endCall(): void {
    panels.end()
    moreMenu.close()
    grid.end()
    keys.closeHelp()
    endLargePicture()
    setTimeout(() => {
      if (mayLeave(controller)) page.leavePage()
    }, leaveAfterMs)
  }

  const { blockCaller } = startBlockButtons(t)
  const { call } = startCallButtons({ controller, local, blockCaller })
  const askReach: MissedListParts['askReach'] = (reachOf) =>
    page.send({ reachOf } satisfies AsksReach)
  const missedList = createMissedList({ t, me, call, askReach })
  startLargePicture(grid.mainPicture)
  const moreMenu = startMoreMenu()
  const keys = startCallKeys(local, panels, grid)
  listenToNetwork(page, controller, [missedCalls, adding], missedList)
}

/** What comes to the call from the server, the network and the browser. */
function listenToNetwork(
  { listenToCalls, sendCall }: Page,
  controller: Controller,
  /** Hear of the news before the call does. */
  listeners: readonly { heard: (news: CallNews) => void }[],
  missedList: MissedList,
): void {
  listenToCalls({
    news: screened(sendCall, (news) => {
      for (const listener of listeners) listener.heard(news)
      controller.news(news)
    }),
    reach: missedList.reach,
    link: (link) => {
      controller.happen({ from: 'server', link })
      if (link === 'here') missedList.connected()
    },
    mayLeave: () => mayLeave(controller),
    // The call goes with the page: the other end should not have to find that out.
    left() {
      if (mayLeave(controller) || controller.state().at === 'ringing-in') return
      controller.happen({ from: 'person', does: 'hang-up' })
    },
  })
  addEventListener('online', () => controller.networkChanged())
}

const mayLeave = (controller: Controller) => ['idle', 'over'].includes(controller.state().at)
