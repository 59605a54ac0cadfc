namespace Duramen.Conformance.Tests.Features;

/// <summary>Every row of the table, in its order.</summary>
internal static class FeatureList
{
    public static IReadOnlyList<Feature> All { get; } =
    [
        .. RecordFeatures.All,
        .. PairFeatures.All,
        .. PositionFeatures.All,
        .. GroupFeatures.All,
        .. ProducerFeatures.All,
        .. AdminFeatures.All,
        .. SecurityFeatures.All,
        .. KillFeatures.All,
    ];

    public static Feature Find(string name) => All.Single(feature => feature.Name == name);
}
