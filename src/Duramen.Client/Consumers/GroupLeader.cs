using Duramen.Client.Cluster;
using Duramen.Kafka.Messages;

namespace Duramen.Client.Consumers;

/// <summary>
/// What the leader of a group does beside being a member: it shares out the partitions, and looks from time to time whether the topics have others by
/// now, which calls for a rebalance.
/// </summary>
internal sealed class GroupLeader(KafkaClient client, string group, IReadOnlyList<Assignor> assignors)
{
    private volatile IReadOnlyDictionary<string, int>? _shared;
    private string[] _topics = [];
    private long _lookedAt;

    /// <summary>Forgets what was shared out, since another member may lead from now on.</summary>
    public void Forget() => _shared = null;

    /// <summary>The assignments of all members; none where the group keeps those it has, as when a static leader comes back.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.BadResponse"/>, or the cluster does not say how many partitions there are.</exception>
    public async Task<List<SyncGroupRequest.MemberAssignment>> ShareAsync(JoinGroupResponse joined, CancellationToken cancellationToken)
    {
        Assignor assignor = assignors.FirstOrDefault(known => known.Name == joined.ProtocolName)
            ?? throw new ClientException(ClientErrors.BadResponse, $"Group '{group}' chose the assignor '{joined.ProtocolName}', which this member did not offer.");
        Dictionary<string, MemberSubscription> members = joined.Members.ToDictionary(
            static member => member.MemberId, member => GroupProtocol.ReadSubscription(assignor.Kind, member.Metadata.Span));
        _topics = [.. members.Values.SelectMany(static member => member.Topics).Distinct(StringComparer.Ordinal)];
        Dictionary<string, int> counts = await CountAsync(mayCreate: true, cancellationToken).ConfigureAwait(false);
        _shared = counts;
        return joined.SkipAssignment
            ? []
            : [.. assignor.Assign(members, counts).Select(static member => new SyncGroupRequest.MemberAssignment { MemberId = member.Key, Assignment = GroupProtocol.WriteAssignment(member.Value) })];
    }

    /// <summary>Whether the topics have other partitions than were shared out; asks the cluster as often as what is known of it grows old.</summary>
    public async Task<bool> HasChangedAsync(CancellationToken cancellationToken)
    {
        if (_shared is not { } shared || client.Options.Time.GetElapsedTime(_lookedAt).TotalMilliseconds < client.Options.MetadataMaxAgeMs)
        {
            return false;
        }

        Dictionary<string, int> counts = await CountAsync(mayCreate: false, cancellationToken).ConfigureAwait(false);
        return shared.Count != counts.Count || counts.Any(topic => shared.GetValueOrDefault(topic.Key) != topic.Value);
    }

    private async Task<Dictionary<string, int>> CountAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        ClusterView view = await client.RefreshAsync(_topics, mayCreate: mayCreate, cancellationToken: cancellationToken).ConfigureAwait(false);
        _lookedAt = client.Options.Time.GetTimestamp();
        return _topics.Where(topic => view.Topics.TryGetValue(topic, out TopicView? found) && found.Partitions.Count > 0)
            .ToDictionary(static topic => topic, topic => view.Topics[topic].Partitions.Count);
    }
}
