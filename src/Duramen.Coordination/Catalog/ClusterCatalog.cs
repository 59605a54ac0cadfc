using System.Globalization;
using Duramen.Coordination.Configs;
using Duramen.Coordination.Producers;
using Duramen.Coordination.Topics;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Machines;

namespace Duramen.Coordination.Catalog;

/// <summary>
/// What there is in the cluster, whoever serves it: the topics, the producer ids that were given out, and what was set on brokers. A machine on the log named <see cref="LogName"/>.
/// It keeps no keyframes: its log is compacted, so that a replay is as long as the state is large, and a keyframe could bring back what was removed since (<see cref="IKeptMachine"/>).
/// </summary>
public sealed class ClusterCatalog(CatalogOptions? options = null) : IMachine
{
    /// <summary>The name of the catalog's log. No topic's log has it: those contain a slash.</summary>
    public const string LogName = "duramen.catalog";

    /// <summary>How the catalog's log is kept.</summary>
    public static LogOptions LogOptions { get; } = new()
    {
        Cleanup = CleanupPolicy.Compact,
        SegmentSizeBytes = TopicLimits.CatalogSegmentSizeBytes,
    };

    /// <summary>What new topics get when a request leaves it open.</summary>
    internal CatalogOptions Options { get; } = options ?? new CatalogOptions();

    /// <summary>The topics.</summary>
    internal TopicSet Topics { get; private set; } = TopicSet.Empty;

    /// <summary>What topics get of what is set on brokers: one broker serves them all.</summary>
    internal TopicDefaults Defaults(BrokerOverrides overrides) => new(overrides, Options.BrokerId.ToString(CultureInfo.InvariantCulture));

    /// <summary>The producer id that the next block begins with.</summary>
    internal long NextProducerId { get; private set; }

    /// <inheritdoc/>
    public void Apply(RecordView record)
    {
        var key = new SpanReader(record.Key);
        short kind = key.ReadInt16();
        switch ((CatalogRecordKind)kind)
        {
            case CatalogRecordKind.Topic:
                Guid id = TopicRecord.ReadKey(ref key);
                Topics = record.Value.IsNull ? Topics.Without(id) : Topics.With(TopicRecord.ReadValue(id, record.Value));
                break;
            case CatalogRecordKind.ProducerIds:
                NextProducerId = ProducerIdsRecord.Read(key, record.Value);
                break;
            case CatalogRecordKind.BrokerConfigs:
                string broker = BrokerConfigsRecord.ReadKey(ref key);
                Topics = Topics.With(Defaults(Topics.Defaults.Overrides.With(broker, BrokerConfigsRecord.ReadValue(record.Value))));
                break;
            default:
                throw new BinaryFormatException(CoreErrors.InputMalformed, $"A record of the catalog cannot be of kind {kind}.");
        }
    }
}
