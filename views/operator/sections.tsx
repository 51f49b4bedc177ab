/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { Registered } from '../../src/operator/view.ts'
import { isolated } from '../../src/text/isolated.ts'
import type { OperatorText } from '../../src/text/operator/pt.ts'
import { Moment } from '../person.tsx'

/** A number with its name. */
export type Fact = { name: string; value: string }

export const Facts: FC<{ facts: readonly Fact[] }> = ({ facts }) => (
  <dl class="facts">
    {facts.map(({ name, value }) => (
      <div class="facts__one">
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)

export type OperatorPeopleProps = {
  o: OperatorText
  base: string
  rows: readonly Registered[]
  /** How many are shown of how many. */
  words: string
}

/** Where one can disconnect a person: by query, as their details are. */
const actHref = (base: string, { name, ip }: Registered): string =>
  `${base}/operator/person?${new URLSearchParams({ name, ip })}`

export const OperatorPeople: FC<OperatorPeopleProps> = ({ o, base, rows, words }) => (
  <>
    <p class="hint">{rows.length === 0 ? o.nobody : words}</p>
    {rows.length > 0 && (
      <table class="table table--cards table--people">
        <thead>
          <tr>
            {[o.name, o.ip, o.port, o.callPort, o.since, o.call].map((word) => (
              <th scope="col">{word}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              <th scope="row" dir="auto">
                <a
                  href={actHref(base, row)}
                  hx-get={actHref(base, row)}
                  hx-target="#dialog"
                  hx-swap="innerHTML show:none"
                  title={o.act(isolated(row.name))}
                >
                  {row.name}
                </a>
              </th>
              <td data-label={o.ip}>{row.ip}</td>
              <td data-label={o.port}>{row.port}</td>
              <td data-label={o.callPort}>{row.callPort}</td>
              <td data-label={o.since}>
                <Moment at={row.since} withDate />
              </td>
              <td data-label={o.call}>{row.busy ? o.busy : o.free}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </>
)

export const Counts: FC<{
  o: OperatorText
  title: string
  column: string
  rows: readonly Fact[]
}> = ({ o, title, column, rows }) => (
  <div>
    <h3>{title}</h3>
    {rows.length === 0 ? (
      <p class="hint">{o.noRefusals}</p>
    ) : (
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{column}</th>
            <th scope="col" class="table__number">
              {o.count}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, value }) => (
            <tr>
              <th scope="row">{name}</th>
              <td class="table__number">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </div>
)

export const BlockedAddresses: FC<{
  o: OperatorText
  base: string
  blocked: readonly { address: string; until: number }[]
}> = ({ o, base, blocked }) =>
  blocked.length === 0 ? (
    <p class="hint">{o.nobodyBlocked}</p>
  ) : (
    <table class="table table--cards">
      <thead>
        <tr>
          <th scope="col">{o.address}</th>
          <th scope="col">{o.blockedUntil}</th>
          <th scope="col">
            <span class="visually-hidden">{o.unblock}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {blocked.map(({ address, until }) => (
          <tr>
            <th scope="row">{address}</th>
            <td data-label={o.blockedUntil}>
              <Moment at={until} withDate />
            </td>
            <td>
              <form method="post" action={`${base}/operator/unblock`}>
                <input type="hidden" name="ip" value={address} />
                <button
                  class="button button--quiet"
                  type="submit"
                  aria-label={o.unblockAddress(address)}
                >
                  {o.unblock}
                </button>
              </form>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
