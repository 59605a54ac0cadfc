using System.Collections.Immutable;
using System.Globalization;
using Duramen.Coordination.Catalog;
using Duramen.Coordination.Topics;
using Duramen.State.Machines;

namespace Duramen.Coordination.Configs.Commands;

/// <summary>A change of what is set on a broker, or on all, while they run: what all of them have in common. Every refusal is Kafka's INVALID_REQUEST.</summary>
/// <param name="Broker">The number of the broker, or <see cref="BrokerOverrides.AllBrokers"/>.</param>
public abstract record BrokerConfigChange(string Broker) : ICommand<ClusterCatalog, TopicResult>
{
    /// <summary>Whether the answer is wanted and not the change.</summary>
    public bool ValidateOnly { get; init; }

    /// <inheritdoc/>
    public void Decide(ClusterCatalog machine, ReplySlot<TopicResult> caller, Decision decision)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(decision);
        ImmutableSortedDictionary<string, string> before = machine.Topics.Defaults.Overrides.On(Broker);
        ImmutableSortedDictionary<string, string> after = before;
        string? fault = FaultOfBroker(machine.Options) ?? Change(before, machine.Topics.Defaults, out after) ?? BrokerConfigRules.Check(after, out after);
        if (fault is null && !ValidateOnly && !after.SequenceEqual(before))
        {
            decision.Append(BrokerConfigsRecord.Key(Broker), BrokerConfigsRecord.Value(after));
        }

        decision.Reply(caller, fault is null ? TopicResult.DoneForAll : TopicResult.Refused(TopicError.InvalidRequest, fault));
    }

    /// <summary>What is to be set, or why not.</summary>
    private protected abstract string? Change(
        ImmutableSortedDictionary<string, string> before, TopicDefaults defaults, out ImmutableSortedDictionary<string, string> after);

    private string? FaultOfBroker(CatalogOptions options) =>
        Broker == BrokerOverrides.AllBrokers || Broker == options.BrokerId.ToString(CultureInfo.InvariantCulture)
            ? null
            : $"There is no broker '{Broker}'; this is broker {options.BrokerId}.";
}
