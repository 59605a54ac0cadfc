using System.Text;
using Duramen.Kafka.Generator.Schemas;

namespace Duramen.Kafka.Generator.Code;

/// <summary>Keeps the table of APIs in the document on the protocol.</summary>
internal static class ApiDocument
{
    private const string Begin = "<!-- The table is generated: dotnet run --project eng/Duramen.Kafka.Generator -->\n";
    private const string End = "<!-- End of the table -->\n";

    /// <summary>The document with the table as the schema has it.</summary>
    /// <exception cref="FormatException">The document has no place for it.</exception>
    public static string WithTable(string document, Schema schema)
    {
        int begin = document.IndexOf(Begin, StringComparison.Ordinal);
        int end = document.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            throw new FormatException($"The document has no place for the table of APIs, between '{Begin.Trim()}' and '{End.Trim()}'.");
        }

        return document[..(begin + Begin.Length)] + Table(schema) + document[end..];
    }

    private static string Table(Schema schema)
    {
        var table = new StringBuilder("\n| key | API | versions | advertised | flexible from | for |\n|---|---|---|---|---|---|\n");
        foreach (Api api in schema.Apis)
        {
            string flexible = api.Flexible.IsEmpty ? "-" : $"{api.Flexible.Min}";
            table.Append($"| {api.Key} | {api.Name} | {api.Versions} | {api.Advertised} | {flexible} | {api.Text} |\n");
        }

        return table.Append('\n').ToString();
    }
}
