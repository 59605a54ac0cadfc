using Duramen.Consensus.Memberships;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Core.Ids;

namespace Duramen.Simulation.Reports;

/// <summary>Epochs in words: those behind the first era of a group as era and number, everything else as it is.</summary>
internal static class EpochText
{
    public static string Of(Epoch epoch) => epoch.Number >= EraNumber.EpochsPerEra ? EraNumber.ToText(epoch) : epoch.ToString();
}
