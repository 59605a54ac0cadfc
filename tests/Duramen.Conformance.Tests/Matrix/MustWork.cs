using Duramen.Conformance.Tests.Drivers;
using Duramen.Conformance.Tests.Features;

namespace Duramen.Conformance.Tests.Matrix;

/// <summary>The list of what has worked once and must go on working: <c>MustWork.txt</c>, a client and a feature in each line. It only grows.</summary>
internal static class MustWork
{
    private const string Separator = ": ";

    private static string FilePath => Path.Combine(Checkout.Root, "tests", "Duramen.Conformance.Tests", "MustWork.txt");

    public static IReadOnlyList<string> Read() => File.ReadAllLines(FilePath);

    /// <summary>Adds what is not in the list yet; takes nothing out.</summary>
    public static void Add(IEnumerable<string> lines) =>
        File.WriteAllLines(FilePath, (File.Exists(FilePath) ? Read() : []).Union(lines).Order(StringComparer.Ordinal));

    public static string LineOf(RealClient client, Feature feature) => client.Name + Separator + feature.Name;
}
