"""Korean for what :mod:`preview.catalogue` is asked for; the English text is the key, and both take the same values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KOREAN: Final[Mapping[str, str]] = {
    # The verdict, and the line that sums up.
    "BLOCKED": "차단됨",
    "ALLOWED: no mandatory findings": "허용됨: 필수 위반 없음",
    "ALLOWED with 1 waiver": "허용됨(예외 1건)",
    "ALLOWED with {count} waivers": "허용됨(예외 {count}건)",
    "of {kinds}": "{kinds} 관련",
    " and ": " 및 ",
    "on {count} resources, {share} of them": "리소스 {count}개에 적용(전체의 {share})",
    "; waivers unverified: {why}": "; 예외 미검증: {why}",
    "no base revision is given (--against)": "기준 리비전이 지정되지 않음(--against)",
    "{title}: {made} resources, {total}{budget} a month{example}, "
    "{mandatory} mandatory, {advisory} advisory, {waived} waived findings: {verdict}": (
        "{title}: 리소스 {made}개, 월 {total}{budget}{example}, "
        "필수 위반 {mandatory}건, 권고 {advisory}건, 예외 처리 {waived}건: {verdict}"
    ),
    " of {usd} USD": ", 예산 {usd} USD",
    " on example figures": "(예시 수치 기준)",
    "at least": "최소",
    "high": "최대",
    "{title} on {day}{phases}, offline preview": "{title}, {day} 기준{phases}, 오프라인 미리보기",
    "alphacar landing zone, offline preview of {day}": "alphacar 랜딩 존, {day} 기준 오프라인 미리보기",
    "offline preview of a program, {day}": "프로그램 오프라인 미리보기, {day} 기준",
    "Landing zone, {stack}": "랜딩 존, {stack}",
    "phases": "단계",
    "none": "없음",
    "None.": "없음.",
    "day": "기준일",
    "verdict": "판정",
    # Findings.
    "Findings": "점검 결과",
    "finding": "점검 결과",
    "findings": "건",
    "level": "수준",
    "policy": "정책",
    "resource": "리소스",
    "mandatory": "필수",
    "advisory": "권고",
    "waived": "예외 처리",
    # The bill.
    "Bill": "비용",
    "Bill, USD a month before VAT": "비용(월, USD, 부가세 별도)",
    "Bill by component": "컴포넌트별 비용",
    "Bill by tag": "태그별 비용",
    "Bill line by line": "항목별 비용",
    "capability": "기능",
    "guide: before": "가이드: 이전 전",
    "guide: after": "가이드: 이전 후",
    "priced": "산정액",
    "high bound": "상한",
    "against the claim": "가이드 대비",
    "as claimed": "가이드와 같음",
    "total": "합계",
    "total a month": "월 합계",
    "total a year": "연 합계",
    "{currency} a month": "월 {currency}",
    "{currency} a year": "연 {currency}",
    'saved of the guide\'s "before"': "가이드의 이전 전 비용 대비 절감",
    'dearer than the guide\'s "before"': "가이드의 이전 전 비용 대비 초과",
    "budget": "예산",
    "type": "유형",
    "component": "컴포넌트",
    "no component": "컴포넌트 없음",
    "tag": "태그",
    "{key}: without it": "{key}: 태그 없음",
    "lines: {count}": "항목 {count}개",
    "item": "항목",
    "quantity": "수량",
    "unit": "단위",
    "rate": "단가",
    "USD": "금액(USD)",
    "basis": "근거",
    "confidence": "신뢰도",
    "source": "출처",
    "unpriced": "가격 미산정",
    "Unpriced, and therefore missing from the total:": "가격을 산정하지 못해 합계에서 빠진 항목:",
    "Why prices lie beyond their claims": "산정액이 가이드와 다른 이유",
    "all of what a row consists of: --explain CAPABILITY": "행별 상세 내역: --explain CAPABILITY",
    "up to the high bound": "상한까지",
    "the guide's claim after the move": "이전 후 비용(가이드)",
    "the range of it": "가이드가 제시한 범위",
    "The total lies {expected} the budget; at the high bound {high} it.": (
        "합계는 예산 {expected}, 상한 기준으로는 예산 {high}."
    ),
    "{usd} USD above": "대비 {usd} USD 초과",
    "{usd} USD below": "대비 {usd} USD 여유",
    # Decisions.
    "Decisions": "결정 사항",
    "row": "행",
    "choice": "선택",
    "why": "이유",
    "replace": "교체",
    "keep": "유지",
    "conditional": "조건부",
    "undecided": "미정",
    "near the line": "기준선 근접",
    "not active": "비활성",
    # What would be cheaper.
    "Cheaper": "비용 절감",
    "What would be cheaper, USD a month": "비용 절감 방안(월, USD)",
    "What would be cheaper, USD a month, each alone": "비용 절감 방안(월, USD, 개별 적용 기준)",
    "Each alone: they do not add up.": "각각 단독으로 적용할 때의 금액이며, 합산할 수 없습니다.",
    "Each tried by a preview of its own": "방안마다 별도의 미리보기로 확인",
    "{count} more, and each tried by a preview of its own": "{count}건 더 있으며, 방안마다 별도의 미리보기로 확인",
    "saves": "절감액",
    "what": "방안",
    "settings": "설정",
    "given up": "포기하는 것",
    "effort": "작업량",
    "prices": "가격 정보",
    # Capacity.
    "Capacity": "용량",
    "Requests, in per cent of what nodes may be asked for.": "노드가 수용할 수 있는 양 대비 요청 비율(%).",
    "requests": "요청",
    "CPU, m": "CPU(밀리코어)",
    "memory, Mi": "메모리(Mi)",
    "pods": "파드",
    "platform": "플랫폼",
    "kept for applications": "애플리케이션용 예약",
    "daemons": "데몬",
    "all the room": "전체 용량",
    # The architecture.
    "Architecture": "아키텍처",
    "What each box is made of": "상자별 구성 리소스",
    # Plan, and what a program asked for.
    "Plan": "계획",
    "Plan: {count} registrations": "계획: 등록된 리소스 {count}개",
    "{count} registrations": "등록된 리소스 {count}개",
    "{count} below": "하위 {count}개",
    "every resource: --plan": "모든 리소스 보기: --plan",
    "each unfolds to its properties and what stands below it": "펼치면 속성과 하위 리소스가 표시됩니다",
    "protected": "보호됨",
    "Outputs": "출력값",
    "Asked for": "요청 사항",
    "What the program asked for": "프로그램이 요청한 것",
    # The bill's notes, and what the head's figures rest on.
    "beyond 0": "0 초과",
    ", or {amount} {currency} at {rate} a USD ({source}, {day})": (
        ", {amount} {currency}(1 USD = {rate}, {source}, {day} 기준)"
    ),
    "with {share} VAT {usd} USD{rate}": "부가세 {share} 포함 {usd} USD{rate}",
    "expected {usd} USD; {low} at the low end of usage; at most {usage} by usage alone, {prices} by prices alone, "
    "{high} by both": (
        "예상 {usd} USD, 사용량 하한에서 {low}; 최대 {usage}(사용량만 반영), {prices}(단가만 반영), {high}(모두 반영)"
    ),
    "{usd} measured": "측정값 {usd}",
    "{usd} by published bills": "공개된 청구서 {usd}",
    "{usd} by formula": "계산식 {usd}",
    "{usd} guessed": "추정값 {usd}",
    "by usage {usd} USD: {parts}{example}": "사용량에 따른 금액 {usd} USD: {parts}{example}",
    "; on example figures until measured ones stand there": "; 측정값을 넣기 전까지는 예시 수치 기준",
    "1 figure has no range, so the high end of usage takes it as it is: {keys}": (
        "범위가 없는 수치 1개는 사용량 상한에도 그대로 적용: {keys}"
    ),
    "{count} figures have no range, so the high end of usage takes them as they are: {keys}": (
        "범위가 없는 수치 {count}개는 사용량 상한에도 그대로 적용: {keys}"
    ),
    "set below landing:usage, and billing nothing here: {keys}": (
        "이 스택의 비용에는 영향이 없는 landing:usage 항목: {keys}"
    ),
    "free tier: {what}": "프리 티어: {what}",
    "the account, once however many stacks it holds: {parts}; together {usd} USD before VAT": (
        "계정 비용(스택 수와 무관하게 한 번): {parts}; 합계 {usd} USD(부가세 별도)"
    ),
    "error band: not measured; no month of this stack is reconciled (--reconcile FILE --write)": (
        "오차 범위: 측정되지 않음. 이 스택에는 대조를 마친 달이 없음(--reconcile FILE --write)"
    ),
    "error band: billed {low} in 1 reconciled month ({month}), against what was foreseen": (
        "오차 범위: 예상 대비 청구액 {low}(대조한 1개월, {month})"
    ),
    "error band: billed {low} to {high} over {count} reconciled months ({first} to {last}), against what was "
    "foreseen": ("오차 범위: 예상 대비 청구액 {low}~{high}(대조한 {count}개월, {first}~{last})"),
    " {currency} at {rate} a USD of {day} ({source}).": " {currency} 환율은 1 USD = {rate}({day} 기준, {source}).",
    "All before VAT; a year is {count} such months.{rate}": "모두 부가세 별도이며, 1년은 같은 달 {count}개월.{rate}",
    " At most that much: something billed has no price.": " 가격을 산정하지 못한 항목이 있어 절감액은 최대치입니다.",
    'The guide\'s "before" is {usd} USD a month of operations on premises; the {labour} of labour that it adds are '
    "compared with nothing here.{least}": (
        "가이드의 이전 전 비용은 온프레미스 운영비 월 {usd} USD이며, 가이드가 더한 인건비 {labour} USD는 "
        "비교하지 않습니다.{least}"
    ),
    'The guide\'s "before" is of production alone: no saving is told for this stack.': (
        "가이드의 이전 전 비용은 프로덕션만의 금액이므로 이 스택의 절감액은 표시하지 않습니다."
    ),
    # Recommendations.
    "USD a month": "월 USD",
    "{usd} ({low} to {high})": "{usd}({low}~{high})",
    "landing:{key}: {value} (now {now})": "landing:{key}: {value}(현재 {now})",
    "buy {what}: {console}": "구매 {what}: {console}",
    "one of them without a date": "기준일 없는 가격 포함",
    "their settings and {count} more, each tried by a preview: --recommend": (
        "설정 방법과 나머지 {count}건, 방안별 미리보기 확인: --recommend"
    ),
    "their settings, each tried by a preview: --recommend": "설정 방법, 방안별 미리보기 확인: --recommend",
    "what would be cheaper": "비용 절감 방안",
    "{total} a month on {day}.": "월 {total}, {day} 기준.",
    "{stack} on {day}: {total} a month. What would be cheaper, each alone: they do not add up.": (
        "{stack}, {day} 기준: 월 {total}. 비용 절감 방안은 각각 단독 적용 기준이며, 합산할 수 없습니다."
    ),
    "{place}. {usd} USD a month: {title}": "{place}. 월 {usd} USD: {title}",
    "Nothing was found.": "찾은 방안이 없습니다.",
    "Not recommended, because a preview with it objects": "적용한 미리보기에서 문제가 발견되어 권장하지 않음",
    "Looked at, and not recommended": "검토했으나 권장하지 않음",
    # Room for pods.
    "no nodes": "노드 없음",
    "{nodes}: {fits} with the largest lost": "{nodes}: 가장 큰 노드 중단 시 {fits}",
    "all pods fit": "모든 파드 수용 가능",
    "PODS DO NOT FIT": "파드 수용 불가",
    "whether all pods fit is not known": "파드 수용 여부 알 수 없음",
    "daemons of {count} nodes": "노드 {count}개의 데몬",
    "requested": "요청 합계",
    "{share} % of {count} nodes": "노드 {count}개의 {share} %",
    "memory": "메모리",
    # What a program asked for.
    "not expanded: {name} ({type}): {why}": "확장하지 않음: {name}({type}): {why}",
    "only read: {name} ({type}): exists outside, and is neither judged nor billed": (
        "읽기 전용: {name}({type}): 외부에 있으므로 점검과 비용 산정에서 제외"
    ),
    "looked up: {token}{often}: {answered}": "조회: {token}{often}: {answered}",
    ", {count} times": ", {count}회",
    "answered as AWS always would": "AWS의 고정 응답으로 처리",
    "answered by --look-ups": "--look-ups의 값으로 응답",
    "unknown, as nothing offline can answer it; --look-ups may": "오프라인에서 알 수 없음(--look-ups로 지정 가능)",
    "not answered, and the program went on without it": "응답하지 못했으며 프로그램은 그대로 진행",
    "note: {note}": "참고: {note}",
    "no type": "유형 없음",
    # The page: search bar, labels, and why a resource is there.
    "Parts of this page": "페이지 목차",
    "Findings, lines and plan": "점검 결과, 비용 항목, 계획 검색",
    "Search": "검색",
    "findings, lines, plan": "점검 결과, 비용 항목, 계획",
    "any": "전체",
    "any or none": "전체",
    "Clear": "지우기",
    "{hits} of {total} findings": "점검 결과 {total}건 중 {hits}건",
    "{hits} of {total} lines": "비용 항목 {total}개 중 {hits}개",
    "{hits} of {total} resources": "리소스 {total}개 중 {hits}개",
    "Bill by capability": "기능별 비용",
    "Lines of {name}": "{name} 비용 항목",
    "no date": "기준일 없음",
    "row {row}": "행 {row}",
    "{price} a month": "월 {price}",
    "{usd} USD a month, high {high}": "월 {usd} USD, 최대 {high}",
    "{quantity} {unit} at {rate}": "{quantity} {unit}, 단가 {rate}",
    "No line of the bill: {why}.": "비용 항목 없음: {why}.",
    "its type is free": "무료 유형",
    "another of its kind bears what is used": "사용량은 같은 유형의 다른 리소스에 반영",
    "nothing of it is billed": "과금 대상 아님",
    "a component: what it holds is billed": "컴포넌트이므로 하위 리소스에 과금",
    "{property} must be {wanted}": "{property} 요구값: {wanted}",
    "holds": "충족",
    "fails": "위반",
    "unknown": "알 수 없음",
    "protection": "삭제 방지",
    "admission": "어드미션",
    # Pictures.
    "What {title} builds, what may reach what, and what each part costs a month before VAT": (
        "{title} 구성도: 리소스, 허용된 통신, 부분별 월 비용(부가세 별도)"
    ),
    "Architecture, which scrolls sideways": "아키텍처(가로 스크롤)",
    "routes, at the left": "라우팅(왼쪽)",
    "let in by a security group or a load balancer, at the right": "보안 그룹 또는 로드 밸런서가 허용하는 통신(오른쪽)",
    "fewer copies than zones": "가용 영역보다 적은 개수",
    "A box leads to what it is made of; the boxes add up to the total.": (
        "상자를 누르면 구성 리소스로 이동합니다. 상자의 금액을 모두 더하면 합계가 됩니다."
    ),
    "Routes": "라우팅",
    "Let in": "허용",
    "{sources} to {targets}": "{sources} → {targets}",
    "the internet": "인터넷",
    "public": "퍼블릭",
    "private": "프라이빗",
    "isolated": "격리",
    "public subnets: the internet reaches them": "퍼블릭 서브넷: 인터넷에서 접근 가능",
    "private subnets: only out, by a gateway": "프라이빗 서브넷: 게이트웨이를 통한 아웃바운드만",
    "isolated subnets: no way out": "격리 서브넷: 외부 통신 없음",
    "the {tier} subnets of {network}": "{network}의 {tier} 서브넷",
    "In its {tier} subnets: {boxes}.": "{tier} 서브넷: {boxes}.",
    "In no VPC: {boxes}.": "VPC 외부: {boxes}.",
    "in no VPC: services of the region and the account, and what the cluster holds": (
        "VPC 외부: 리전·계정 단위 서비스, 클러스터 내부 리소스"
    ),
    "in {count} zone": "가용 영역 {count}개",
    "in {count} zones": "가용 영역 {count}개",
    "in {some} of {count} zones": "가용 영역 {count}개 중 {some}개",
    "zone not known": "가용 영역 미확정",
    "to pods": "파드로",
    "no price": "가격 없음",
    "{count} resource": "리소스 {count}개",
    "{count} resources": "리소스 {count}개",
    "and {count} resource that costs nothing: roles, policies, rules, objects": (
        "그 밖에 비용이 없는 리소스 {count}개: 역할, 정책, 규칙, 오브젝트"
    ),
    "and {count} resources that cost nothing: roles, policies, rules, objects": (
        "그 밖에 비용이 없는 리소스 {count}개: 역할, 정책, 규칙, 오브젝트"
    ),
    "USD a month by capability: priced, up to its high bound, over what the guide claims": (
        "기능별 월 비용(USD): 산정액과 상한, 가이드 금액"
    ),
    "The month's total and its high bound beside the budget": "월 합계와 상한, 예산",
    "Requests in per cent of what nodes may be asked for with the largest lost": (
        "가장 큰 노드 중단 시 수용할 수 있는 양 대비 요청 비율(%)"
    ),
    "high {high}, budget {limit}": "최대 {high}, 예산 {limit}",
    "guide {claim}": "가이드 {claim}",
    "of {amount} {unit}": "/ {amount} {unit}",
    "{amount} measured": "측정값 {amount}",
    "the line: {amount}": "기준선: {amount}",
    "{what} a month beside the guide's line": "월 {what}, 가이드 기준선과 비교",
    "GB of logs": "로그(GB)",
    "traces": "트레이스 수",
    # A difference, and the note on a merge request.
    "Landing zone: {verdict}": "랜딩 존: {verdict}",
    "ALLOWED": "허용됨",
    "BLOCKED in {stacks}": "차단됨({stacks})",
    "NOT KNOWN for {stacks}": "확인 불가({stacks})",
    "not known": "확인 불가",
    "{stack} would be {verdict}": "{stack}: {verdict}",
    "{stack} is NOT KNOWN: {why}": "{stack}: 확인 불가: {why}",
    "{stack} is NOT KNOWN: {file} cannot be read": "{stack}: 확인 불가: {file} 파일을 읽을 수 없음",
    "{stack} is NOT KNOWN: it was not previewed; the job's log says why": (
        "{stack}: 확인 불가: 미리보기가 실행되지 않음(이유는 작업 로그 참조)"
    ),
    "{stack} cannot be previewed: {why}": "{stack}: 미리보기 실패: {why}",
    "{file} is no difference": "{file} 파일이 변경 내역 형식이 아님",
    "{file} is one of {stack} with schemaVersion {version}": (
        "{file} 파일의 스택은 {stack}, schemaVersion은 {version}"
    ),
    "{file} lacks what a difference has ({kind})": "{file} 파일에 변경 내역의 필수 항목이 없음({kind})",
    "{verdict}. Nothing changes: {dollars}": "{verdict}. 변경 없음: {dollars}",
    "{before} to {least}{after} USD a month ({delta}), high bound {high}.": (
        "월 {before} → {least}{after} USD({delta}), 상한 {high}."
    ),
    "{stack} on {day}, against {what}": "{stack}, {day} 기준, {what} 대비",
    "{stack} on {day}, if {changes}": "{stack}, {day} 기준, {changes} 적용 시",
    "before": "변경 전",
    "after": "변경 후",
    "change": "차이",
    "{before} to {after}": "{before} → {after}",
    "nothing": "없음",
    "and {count} more": "외 {count}개",
    " and {count} more": " 외 {count}개",
    "1 more row is left out here: see {where}.": "1행 생략: {where} 참조.",
    "{count} more rows are left out here: see {where}.": "{count}행 생략: {where} 참조.",
    "none changes": "변경 없음",
    "Waivers, and who judges": "예외와 판정 주체",
    "Waiver {change}: {what} on {urn} until {expires} by {owner} ({ticket}: {reason}){was}{counts}": (
        "예외 {change}: {what}, 대상 {urn}, 만료일 {expires}, 담당자 {owner}({ticket}: {reason}){was}{counts}"
    ),
    "; {key} was {value}": "; 변경 전 {key}: {value}",
    "widened": "범위 확대",
    "altered": "내용 변경",
    "narrowed": "범위 축소",
    "added": "추가",
    "removed": "삭제",
    "changed": "변경",
    "it counts once it stands on the base revision": "기준 리비전에 반영된 뒤부터 유효",
    "{owner} is no owner of waivers in {file}": "{owner}: {file}에 없는 예외 담당자",
    "{owner} is no owner of waivers in {file}; did you mean {meant}?": (
        "{owner}: {file}에 없는 예외 담당자. {meant}의 오타일 수 있음"
    ),
    "{owner} is no owner of waivers in {file}; allowed are {known}": (
        "{owner}: {file}에 없는 예외 담당자. 허용 값: {known}"
    ),
    "Owners of waivers added: {names}; their waivers count once the base revision lists them": (
        "예외 담당자 추가: {names}; 기준 리비전에 등록된 뒤부터 해당 예외가 유효"
    ),
    "Owners of waivers removed: {names}; their waivers no longer count": (
        "예외 담당자 삭제: {names}; 해당 예외는 더 이상 유효하지 않음"
    ),
    "This change rewrites what judges it: {files}{more}": "이 변경은 판정 기준 자체를 수정합니다: {files}{more}",
    "Newly or otherwise waived: {count}: {which}": "새로 또는 달라진 내용으로 예외 처리: {count}: {which}",
    "{count} finding": "{count}건",
    "{count} findings": "{count}건",
    "{policy} on {where}": "{where}의 {policy}",
    "{name} has gone on since this change left it ({start}, now {tip}): the difference is to where it left, and "
    "waivers have to stand in both": (
        "{name}: 이 변경이 갈라진 뒤({start}) 새 커밋이 추가됨(현재 {tip}). 갈라진 시점과 비교하며, "
        "예외는 두 시점에 모두 있어야 함"
    ),
    "landing:usage.{figure} moves along from {was} to {now}: {why}": (
        "landing:usage.{figure} 연동 변경: {was} → {now}: {why}"
    ),
    "this clone is shallow; fetch the whole history (GIT_DEPTH: 0, fetch-depth: 0)": (
        "shallow clone이므로 전체 이력이 필요함(GIT_DEPTH: 0, fetch-depth: 0)"
    ),
    "{name} and HEAD share no commit": "{name}, HEAD에 공통 커밋이 없음",
    "{name} holds HEAD, so it is no older than the change": "{name}에 HEAD가 포함되어 변경 이전의 리비전이 아님",
    "{name} is a file, and no revision": "{name}: 리비전이 아닌 파일",
    "{name} has no {file} yet": "{name}에 아직 {file} 파일이 없음",
    "Decisions that turn": "바뀌는 결정 사항",
    "still {choice}": "{choice} 유지",
    "Findings that block": "배포를 차단하는 점검 결과",
    "Findings that appear": "새로 나타난 점검 결과",
    "Findings that disappear": "사라진 점검 결과",
    "mandatory, as before": "필수(기존)",
    "undetermined": "판단 불가",
    "Replaced and deleted": "재생성·삭제되는 리소스",
    "Other resources": "그 밖의 리소스",
    "Resources": "리소스",
    "{count} {change}": "{change} {count}개",
    "REPLACES": "재생성",
    "DELETES": "삭제",
    "lets go of": "관리 해제",
    "creates": "생성",
    "updates": "업데이트",
    "replaces": "재생성",
    " ({effect} it)": "({effect})",
    "; it is protected, and the deployment stops there": "; 보호된 리소스이므로 배포가 여기서 중단됨",
    "Room for pods": "파드 용량",
    " (before: {fits})": "(변경 전: {fits})",
    "{fits} with the largest node lost{was}": "가장 큰 노드 중단 시 {fits}{was}",
    "{asked} of {room}": "{asked} / {room}",
    "{what} requested of what is left: {sums}": "{what} 요청량 / 남는 용량: {sums}",
    # Recovery.
    "Recovery": "복구",
    "hours; reached by declared schedules, restores by recalled rates that no drill has measured here": (
        "단위: 시간. 달성값은 선언된 일정 기준이며, 복원 시간은 여기서 훈련으로 측정하지 않은 경험치임"
    ),
    "store": "저장소",
    "RPO promised": "약속한 RPO",
    "reached": "달성 RPO",
    "RTO promised": "약속한 RTO",
    "restored in": "예상 복원 시간",
    "second region": "두 번째 리전",
    "{reached} of {promised} hours": "{promised}시간 중 {reached}",
    "not priced": "가격 없음",
    "no setting buys it": "살 수 있는 설정 없음",
    "none until {day}": "{day}까지 없음",
}
