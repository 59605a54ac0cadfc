using Duramen.Coordination.Groups.Records;
using Duramen.Coordination.Groups.Timers;
using Duramen.Core.Errors;

namespace Duramen.Coordination.Groups.Membership;

/// <summary>
/// A group in memory: its members and how far they are with their next generation. Lost when the host ends, and made again from the group's record
/// (<see cref="StoredGroup"/>). It knows no calls and sends nothing: that is the machine's.
/// <para>A group that is <see cref="GroupState.Empty"/> has no members. In every other state all members have a protocol in common.</para>
/// </summary>
internal sealed class Group(string id)
{
    private readonly SortedDictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Member> _statics = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, GroupTimer> _pending = new(StringComparer.Ordinal);
    private SortedSet<string>? _subscribedTopics;

    public string Id { get; } = id;

    public GroupState State { get; private set; } = GroupState.Empty;

    /// <summary>When it came into its state, in milliseconds since 1970.</summary>
    public long StateTimestampMs { get; private set; } = -1;

    public int Generation { get; private set; }

    /// <summary>What kind of group it is; empty when it never had members. Kept when the last member goes.</summary>
    public string ProtocolType { get; private set; } = "";

    /// <summary>The protocol of the present generation; null without members.</summary>
    public string? Protocol { get; private set; }

    /// <summary>The member that assigns; null without members.</summary>
    public string? LeaderId { get; private set; }

    /// <summary>Ends the gathering of members.</summary>
    public required GroupTimer JoinDeadline { get; init; }

    /// <summary>Ends the waiting for those who were told of the generation and do not ask for their assignment.</summary>
    public required GroupTimer SyncDeadline { get; init; }

    /// <summary>Whether members are being gathered for a group that was empty, which waits for more of them.</summary>
    public bool IsStarting { get; set; }

    /// <summary>While starting: how much longer the wait may be prolonged, in milliseconds.</summary>
    public long StartingMsLeft { get; set; }

    /// <summary>While starting: whether somebody came since the wait was last prolonged.</summary>
    public bool HasNewcomer { get; set; }

    /// <summary>The members, in the order of their ids.</summary>
    public IReadOnlyCollection<Member> Members => _members.Values;

    /// <summary>Those who were told a member id and have not joined with it yet: each with the timer that ends its reservation.</summary>
    public IReadOnlyDictionary<string, GroupTimer> Pending => _pending;

    /// <summary>The number of members whose join is parked.</summary>
    public int JoiningCount => _members.Values.Count(static member => member.Joining is not null);

    /// <summary>Whether nobody is missing for the next generation.</summary>
    public bool HaveAllJoined => _pending.Count == 0 && _members.Values.All(static member => member.Joining is not null);

    /// <summary>The longest time that a member wants to be waited for, in milliseconds.</summary>
    public int RebalanceTimeoutMs => _members.Count == 0 ? 0 : _members.Values.Max(static member => member.RebalanceTimeoutMs);

    /// <summary>Makes a group of its record, as it was when that was written.</summary>
    public void Restore(StoredGroup stored)
    {
        ProtocolType = stored.ProtocolType;
        Generation = stored.Generation;
        Protocol = stored.Protocol;
        State = stored.Members.Count == 0 ? GroupState.Empty : GroupState.Stable;
        StateTimestampMs = stored.StateTimestampMs;
        foreach (StoredMember member in stored.Members)
        {
            Put(new Member
            {
                Id = member.MemberId,
                InstanceId = member.InstanceId,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                SessionTimeoutMs = member.SessionTimeoutMs,
                RebalanceTimeoutMs = member.RebalanceTimeoutMs,
                Protocols = [new GroupProtocol(stored.Protocol ?? "", member.Subscription)],
                Assignment = member.Assignment,
            });
        }

        if (stored.LeaderId is not null && _members.ContainsKey(stored.LeaderId))
        {
            LeaderId = stored.LeaderId;
        }

        _subscribedTopics = ReadSubscribedTopics();
    }

    /// <summary>What is to be stored of the group as it is.</summary>
    public StoredGroup ToStored() => new(
        ProtocolType,
        Generation,
        Protocol,
        LeaderId,
        StateTimestampMs,
        [
            .. _members.Values.Select(member => new StoredMember(
                member.Id,
                member.InstanceId,
                member.ClientId,
                member.ClientHost,
                member.RebalanceTimeoutMs,
                member.SessionTimeoutMs,
                member.MetadataOf(Protocol),
                member.Assignment)),
        ]);

    public Member? Find(string memberId) => _members.GetValueOrDefault(memberId);

    public Member? FindStatic(string instanceId) => _statics.GetValueOrDefault(instanceId);

    /// <summary>Says why who calls itself so is not a member; <paramref name="member"/> is set when it is one.</summary>
    public GroupError Identify(string memberId, string? instanceId, out Member? member)
    {
        member = null;
        if (instanceId is not null)
        {
            if (FindStatic(instanceId) is not Member current)
            {
                return GroupError.UnknownMemberId;
            }

            if (current.Id != memberId)
            {
                return GroupError.FencedInstanceId;
            }
        }

        member = Find(memberId);
        return member is null ? GroupError.UnknownMemberId : GroupError.None;
    }

    /// <summary>Whether somebody with these protocols can be among the members; <paramref name="self"/> is the member that they would replace.</summary>
    public bool Supports(string protocolType, IReadOnlyList<GroupProtocol> protocols, Member? self)
    {
        bool isAlone = _members.Count == 0 || (self is not null && _members.Count == 1);
        if (_members.Count > 0 && protocolType != ProtocolType)
        {
            return false;
        }

        return isAlone || protocols.Any(protocol => _members.Values.All(member => member == self || member.Knows(protocol.Name)));
    }

    public void Add(Member member, string protocolType)
    {
        if (_members.Count == 0)
        {
            ProtocolType = protocolType;
        }

        Put(member);
    }

    /// <summary>Puts a static member that came back under another id in the place of its former self.</summary>
    public void Replace(Member former, Member member)
    {
        bool isLeader = LeaderId == former.Id;
        _members.Remove(former.Id);
        Put(member);
        if (isLeader)
        {
            LeaderId = member.Id;
        }
    }

    public void Remove(Member member)
    {
        _members.Remove(member.Id);
        if (member.InstanceId is not null)
        {
            _statics.Remove(member.InstanceId);
        }

        if (LeaderId == member.Id)
        {
            LeaderId = _members.Keys.FirstOrDefault();
        }
    }

    public void AddPending(string memberId, GroupTimer reservation) => _pending.Add(memberId, reservation);

    public void RemovePending(string memberId) => _pending.Remove(memberId);

    /// <summary>Makes somebody who has joined the leader, if the leader has not; says no when nobody has.</summary>
    public bool TryElectLeader()
    {
        if (LeaderId is not null && _members[LeaderId].Joining is not null)
        {
            return true;
        }

        LeaderId = _members.Values.FirstOrDefault(static member => member.Joining is not null)?.Id ?? LeaderId;
        return LeaderId is not null && _members[LeaderId].Joining is not null;
    }

    /// <summary>Begins the next generation with the members as they are.</summary>
    public void BeginGeneration(long nowMs)
    {
        Invariant.Holds(State == GroupState.PreparingRebalance);
        Generation++;
        Protocol = _members.Count == 0 ? null : Vote();
        _subscribedTopics = ReadSubscribedTopics();
        Enter(_members.Count == 0 ? GroupState.Empty : GroupState.CompletingRebalance, nowMs);
    }

    public void Enter(GroupState state, long nowMs)
    {
        bool isLegal = state switch
        {
            GroupState.PreparingRebalance => State is GroupState.Empty or GroupState.CompletingRebalance or GroupState.Stable,
            GroupState.CompletingRebalance => State is GroupState.PreparingRebalance,
            GroupState.Stable => State is GroupState.CompletingRebalance,
            GroupState.Empty => State is GroupState.PreparingRebalance && _members.Count == 0,
            _ => false,
        };
        Invariant.Holds(isLegal);
        State = state;
        StateTimestampMs = nowMs;
    }

    /// <summary>
    /// The protocol that most members like best of those that all of them know; between equals, the one that the leader likes better.
    /// </summary>
    public string Vote()
    {
        Member leader = _members[LeaderId!];
        string[] candidates = [.. leader.Protocols.Select(static protocol => protocol.Name).Where(name => _members.Values.All(member => member.Knows(name)))];
        Invariant.Holds(candidates.Length > 0);
        int[] votes = new int[candidates.Length];
        foreach (Member member in _members.Values)
        {
            string favourite = member.Protocols.First(protocol => candidates.Contains(protocol.Name, StringComparer.Ordinal)).Name;
            votes[Array.IndexOf(candidates, favourite)]++;
        }

        return candidates[Array.IndexOf(votes, votes.Max())];
    }

    /// <summary>Whether the topics that members read are known: all are consumers, and all metadata could be read.</summary>
    public bool KnowsSubscribedTopics => _subscribedTopics is not null;

    /// <summary>Whether a member is known to read the topic.</summary>
    public bool IsSubscribedTo(string topic) => _subscribedTopics?.Contains(topic) ?? false;

    private void Put(Member member)
    {
        _members[member.Id] = member;
        if (member.InstanceId is not null)
        {
            _statics[member.InstanceId] = member;
        }

        LeaderId ??= member.Id;
    }

    private SortedSet<string>? ReadSubscribedTopics()
    {
        if (ProtocolType != ConsumerSubscription.ProtocolType)
        {
            return null;
        }

        SortedSet<string> topics = new(StringComparer.Ordinal);
        return _members.Values.All(member => ConsumerSubscription.TryReadTopics(member.MetadataOf(Protocol).Span, topics)) ? topics : null;
    }
}
