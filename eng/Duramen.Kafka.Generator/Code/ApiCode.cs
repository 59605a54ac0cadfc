using Duramen.Kafka.Generator.Schemas;

namespace Duramen.Kafka.Generator.Code;

/// <summary>Writes the numbers of the APIs and the table of their versions.</summary>
internal static class ApiCode
{
    /// <summary>The enumeration of the API keys.</summary>
    public static string Keys(Schema schema)
    {
        var text = new SourceText("*.txt");
        text.Line("namespace Duramen.Kafka;");
        text.Line();
        text.Summary("The number that names an API on the wire.");
        text.Block("public enum ApiKey : short", () =>
        {
            foreach (Api api in schema.Apis)
            {
                text.Summary(api.Text);
                text.Line($"{api.Name} = {api.Key},");
            }
        });
        return text.ToString();
    }

    /// <summary>The table of the APIs.</summary>
    public static string Table(Schema schema)
    {
        var text = new SourceText("*.txt");
        text.Line("namespace Duramen.Kafka;");
        text.Line();
        text.Block("public static partial class KafkaApis", () =>
        {
            text.Line("private static KafkaApi[] MakeTable() =>");
            text.Line("[");
            foreach (Api api in schema.Apis)
            {
                string flexible = api.Flexible.IsEmpty ? "KafkaApi.NeverFlexible" : $"{api.Flexible.Min}";
                text.Line(
                    $"    new(ApiKey.{api.Name}, Versions: new({api.Versions.Min}, {api.Versions.Max}), Advertised: new({api.Advertised.Min}, {api.Advertised.Max}), FirstFlexibleVersion: {flexible}),");
            }

            text.Line("];");
        });
        return text.ToString();
    }
}
