using System.Text;
using Duramen.Conformance.Tests.Drivers;
using Duramen.Conformance.Tests.Features;

namespace Duramen.Conformance.Tests.Matrix;

/// <summary>The part of <c>docs/clients.md</c> that says what a run found: the table and why it is not all yes.</summary>
internal static class ClientTable
{
    private const string Begin = "<!-- From here on written by the conformance tests. -->";

    /// <summary>Replaces what an earlier run found in a document.</summary>
    public static string Replace(string document, IReadOnlyDictionary<(RealClient, Feature), Outcome> outcomes) =>
        document[..(document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)] + "\n\n" + Render(outcomes);

    private static string Render(IReadOnlyDictionary<(RealClient, Feature), Outcome> outcomes)
    {
        var text = new StringBuilder();
        IReadOnlyList<RealClient> clients = RealClients.All;
        text.Append("## What each client does\n\n");
        text.Append("| | ").AppendJoin(" | ", clients.Select(client => client.Name)).Append(" |\n");
        text.Append("|---|").Append(string.Concat(Enumerable.Repeat(":-:|", clients.Count))).Append('\n');
        text.Append("| version | ").AppendJoin(" | ", clients.Select(client => client.Version)).Append(" |\n");
        foreach (IGrouping<string, Feature> area in FeatureList.All.GroupBy(feature => feature.Area))
        {
            text.Append("| **").Append(area.Key).Append("** |").Append(string.Concat(Enumerable.Repeat(" |", clients.Count))).Append('\n');
            foreach (Feature feature in area)
            {
                text.Append("| ").Append(feature.Name).Append(" | ").AppendJoin(" | ", clients.Select(client => Word(outcomes[(client, feature)]))).Append(" |\n");
            }
        }

        text.Append("\n## Why not\n");
        foreach (RealClient client in clients)
        {
            text.Append("\n**").Append(client.Name).Append("**\n\n");
            Reasons(text, "no", client.Deviates);
            Reasons(text, "–", client.Lacks);
        }

        return text.ToString();
    }

    private static string Word(Outcome outcome) => outcome.Kind switch { OutcomeKind.Works => "yes", OutcomeKind.Lacks => "–", _ => "no" };

    private static void Reasons(StringBuilder text, string word, IReadOnlyDictionary<string, string> reasons)
    {
        foreach (IGrouping<string, string> group in reasons.GroupBy(pair => pair.Value, pair => pair.Key))
        {
            text.Append("- ").Append(word).Append(": ").Append(group.Key).Append(" (").AppendJoin("; ", FeatureList.All.Select(feature => feature.Name).Where(group.Contains)).Append(").\n");
        }
    }
}
