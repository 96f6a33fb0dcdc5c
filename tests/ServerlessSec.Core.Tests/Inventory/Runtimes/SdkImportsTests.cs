namespace ServerlessSec.Inventory.Runtimes;

public class SdkImportsTests
{
    [Theory]
    [InlineData("const { S3Client } = require('@aws-sdk/client-s3');", "@aws-sdk/client-s3")]
    [InlineData("import{S3Client as e}from\"@aws-sdk/client-s3\";", "@aws-sdk/client-s3")]
    [InlineData("import * as s3 from \"@aws-sdk/client-s3/dist-cjs/index.js\"", "@aws-sdk/client-s3")]
    [InlineData("import '@aws-sdk/client-s3'", "@aws-sdk/client-s3")]
    [InlineData("const m = await import(`@aws-sdk/client-s3`);", "@aws-sdk/client-s3")]
    [InlineData("export { S3 } from '@aws-sdk/client-s3';", "@aws-sdk/client-s3")]
    [InlineData("var a=1;e.exports=__require( \"aws-sdk/clients/s3\" )", "aws-sdk")]
    [InlineData("const u = 'https://x.example'; const s = require('aws-sdk');", "aws-sdk")]
    [InlineData("const accept = '*/*'; const s = require('aws-sdk');", "aws-sdk")]
    [InlineData("const glob = 'src/**/*.js'; const s = require('aws-sdk');", "aws-sdk")]
    [InlineData("/* no */ const s = require('aws-sdk');", "aws-sdk")]
    [InlineData("const { NodeHttpHandler } = require('@smithy/node-http-handler');", "@smithy/node-http-handler")]
    public void Finds_what_javascript_asks_for(string text, string name) => Assert.Equal([name], JavaScript(text));

    [Theory]
    [InlineData("// const AWS = require('aws-sdk');")]
    [InlineData("const a = 1; // import s3 from '@aws-sdk/client-s3'")]
    [InlineData("/*\n * const AWS = require('aws-sdk');\n */")]
    [InlineData("const text = 'aws-sdk';")]
    [InlineData("log(\"aws-sdk\")")]
    [InlineData("const x = require('my-aws-sdk');")]
    [InlineData("const x = require('./aws-sdk');")]
    [InlineData("const x = require('aws-sdk-mock');")]
    [InlineData("const x = require('@aws-sdk/');")]
    [InlineData("import x from '@aws-sdk")]
    [InlineData("obj.import('aws-sdk')")]
    [InlineData("'aws-sdk")]
    [InlineData("require('aws-sdk")]
    public void Passes_over_what_asks_for_nothing(string text) => Assert.Empty(JavaScript(text));

    [Theory]
    [InlineData("import boto3", "boto3")]
    [InlineData("    import os, boto3 as b, botocore.config\r\n", "os boto3 botocore")]
    [InlineData("from botocore.exceptions import ClientError", "botocore")]
    [InlineData("x = 1; import boto3", "boto3")]
    [InlineData("\"\"\"Docs.\nimport six\n\"\"\"\nimport boto3", "boto3")]
    [InlineData("x = ''; y = \"\"\nimport boto3", "boto3")]
    [InlineData("'''a \"\"\" b\nimport six\n'''\nimport boto3", "boto3")]
    [InlineData("\"\"\"'''\nimport six\n'''\"\"\"\nimport boto3", "boto3")]
    [InlineData("'''one line''' \nimport boto3", "boto3")]
    [InlineData("# import boto3", "")]
    [InlineData("importboto3\nfrom_ = 1", "")]
    [InlineData("import\nfrom", "")]
    public void Finds_what_python_asks_for(string text, string names)
    {
        var found = new List<string>();
        SdkImports.InPython(text, (name, _) => found.Add(name));
        Assert.Equal(names, string.Join(' ', found));
    }

    /// <summary>Which takes minutes where each quote is looked for to the end of the line.</summary>
    [Theory, InlineData("\"\"\"'''"), InlineData("\"\"\" "), InlineData("''' \""), InlineData("\"'")]
    public void A_line_of_nothing_but_quotes_is_gone_through_once(string quotes)
    {
        var found = new List<string>();
        SdkImports.InPython(string.Concat(Enumerable.Repeat(quotes, 2_000_000)) + "\nimport boto3", (name, _) => found.Add(name));
        Assert.InRange(found.Count, 0, 1);
    }

    [Theory]
    [InlineData("require 'aws-sdk-s3'", "aws-sdk-s3")]
    [InlineData("  require(\"aws-sdk\")", "aws-sdk")]
    [InlineData("# require 'aws-sdk-s3'", "")]
    [InlineData("require 'json'\nrequire_relative 'aws-sdk'", "")]
    [InlineData("require 'aws-sdk", "")]
    [InlineData("require", "")]
    public void Finds_what_ruby_asks_for(string text, string names)
    {
        var found = new List<string>();
        SdkImports.InRuby(text, (name, _) => found.Add(name));
        Assert.Equal(names, string.Join(' ', found));
    }

    [Fact]
    public void Traces_hold_what_asks_and_nothing_that_stands_beside_it()
    {
        var traces = new List<string>();
        SdkImports.InJavaScript("var k='hidden';var s=require('aws-sdk').S3({key:'hidden'});", static _ => true, (_, trace) => traces.Add(trace));
        SdkImports.InPython("import boto3  # hidden\nfrom six import moves#hidden\nimport json; key = 'hidden'", (_, trace) => traces.Add(trace));
        SdkImports.InRuby("require 'aws-sdk-s3'; KEY = 'hidden'\nrequire(\"aws-sdk\") # hidden", (_, trace) => traces.Add(trace));
        Assert.Equal(["require('aws-sdk'", "import boto3", "from six import moves", "import json", "require 'aws-sdk-s3'", "require(\"aws-sdk\""], traces);
    }

    private static List<string> JavaScript(string text)
    {
        var found = new List<string>();
        SdkImports.InJavaScript(text, IsOfSdk, (name, _) => found.Add(name));
        return found;
    }

    private static bool IsOfSdk(string name) =>
        name is "aws-sdk" || name.StartsWith("@aws-sdk/", StringComparison.Ordinal) || name.StartsWith("@smithy/", StringComparison.Ordinal);
}
